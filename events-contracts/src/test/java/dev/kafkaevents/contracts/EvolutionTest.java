package dev.kafkaevents.contracts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class EvolutionTest {
  private static final String YAML = "contract.yaml";

  @TempDir Path directory;

  private ContractCopy before;
  private ContractCopy now;

  @BeforeEach
  void copy() {
    before = ContractCopy.of("order-placed", directory.resolve("before/order"));
    now = ContractCopy.of("order-placed", directory.resolve("now/order"));
  }

  private Evolution evolution() {
    return Evolution.since(
        Baseline.directory(directory.resolve("before")), directory.resolve("now"));
  }

  private List<String> findings() {
    return evolution().findings().stream()
        .map(each -> each.verdict() + " " + Finding.acknowledgement(each.path(), each.keyword()))
        .distinct()
        .toList();
  }

  /** A third version, which is the second with something else. */
  private ContractCopy third(String text, String by) {
    now.write("schema/v3.json", now.read("schema/v2.json"))
        .replace("schema/v3.json", text, by)
        .replace(YAML, "current: v2, readable: [v1]", "current: v3, readable: [v1, v2]")
        .replace(YAML, "  minimal: {}\n  full: {}\n", "  minimal: {}\n  full: {schema: v2}\n");
    return now;
  }

  @Test
  void whatDidNotChange_isCompatible() {
    assertThat(evolution().isCompatible()).isTrue();
    assertThat(evolution().report())
        .isEqualTo(
            """
            com.acme.shop.OrderPlaced
            the terms: COMPATIBLE
            v2 reads what v1 wrote: COMPATIBLE
            v1 reads what v2 writes: COMPATIBLE
            v2 reads what v2 wrote: COMPATIBLE
            v2 reads what v2 writes: COMPATIBLE
            """);
  }

  @Test
  void aFieldThatIsAdded_breaksNobody() {
    third("\"discount\"", "\"note\": {\"type\": \"string\"}, \"discount\"");

    assertThat(findings()).isEmpty();
    assertThat(evolution().isCompatible()).isTrue();
  }

  @Test
  void aFieldThatBecomesRequired_breaksReadingWhatWasWritten() {
    third("[\"orderId\", \"total\"]", "[\"orderId\", \"total\", \"lines\"]")
        .replace("samples/minimal.json", "9.90", "9.90, \"lines\": []");

    assertThat(findings()).containsExactly("BREAKING /lines required");
    assertThat(evolution().report())
        .contains("v3 reads what v1 wrote:\n  BREAKING /lines required");
    assertThatThrownBy(() -> evolution().requireCompatible())
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("BREAKING /lines required");
  }

  @Test
  void aFieldThatGoes_breaksThoseWhoNeedIt_byName() {
    now.write(
        "consumers/billing.needs.yaml",
        "consumer: billing\nevent: com.acme.shop.OrderPlaced\nneeds: {/total: [absent]}\n");
    now.write(
        "consumers/shipping.needs.yaml",
        "consumer: shipping\nevent: com.acme.shop.OrderPlaced\nneeds: {/orderId: [absent]}\n");
    third("[\"orderId\", \"total\"]", "[\"orderId\"]");

    assertThat(findings()).containsExactly("BREAKING /total required", "BREAKING /total absent");
    assertThat(evolution().report())
        .contains("was always there, and may be missing now")
        .contains("needed by billing")
        .doesNotContain("shipping");
  }

  @Test
  void whatAConsumerNeeds_countsWhateverTheCompatibility() {
    before.replace(YAML, "FULL_TRANSITIVE", "BACKWARD");
    now.replace(YAML, "FULL_TRANSITIVE", "BACKWARD");
    third("[\"orderId\", \"total\"]", "[\"orderId\"]");
    assertThat(findings()).isEmpty();

    now.write(
        "consumers/billing.needs.yaml",
        "consumer: billing\nevent: com.acme.shop.OrderPlaced\nneeds: {/total: [absent, \"null\"], /lines/*/sku: [absent], /discount: [absent]}\n");
    // The discount might always be missing.
    assertThat(findings()).containsExactly("BREAKING /total absent");

    now.replace("schema/v3.json", "\"sku\", \"quantity\"", "\"quantity\"");
    assertThat(findings())
        .containsExactly("BREAKING /lines/*/sku absent", "BREAKING /total absent");
  }

  @Test
  void whatIsUndecided_failsUntilItIsAcknowledged() {
    third("\"minLength\": 1", "\"minLength\": 1, \"pattern\": \"^.{0,4000}\"");
    assertThat(findings()).containsExactly("UNDECIDED /lines/*/sku pattern");
    assertThat(evolution().isCompatible()).isFalse();
    assertThat(evolution().report()).contains("acknowledged: [\"/lines/*/sku pattern\"]");

    now.replace(YAML, "invalid:", "acknowledged: [\"/lines/*/sku pattern\"]\ninvalid:");
    assertThat(evolution().isCompatible()).isTrue();
  }

  @Test
  void whatBreaks_cannotBeAcknowledged() {
    third("[\"orderId\", \"total\"]", "[\"orderId\", \"total\", \"lines\"]")
        .replace("samples/minimal.json", "9.90", "9.90, \"lines\": []")
        .replace(YAML, "invalid:", "acknowledged: [\"/lines required\"]\ninvalid:");

    assertThat(evolution().isCompatible()).isFalse();
  }

  private static Arguments terms(Consumer<EvolutionTest> change, String finding) {
    return Arguments.of(finding, change);
  }

  private static Arguments yaml(String text, String by, String finding) {
    return terms(test -> test.now.replace(YAML, text, by), finding);
  }

  static Stream<Arguments> termsThatBreak() {
    return Stream.of(
        yaml("name: orders", "name: orders2", "topic.name: was orders, is orders2"),
        yaml("partitions: 6", "partitions: 12", "topic.partitions: was 6, is 12"),
        yaml(
            "partitions: 6",
            "partitions: 6, cleanup: compact",
            "topic.cleanup: was DELETE, is COMPACT"),
        yaml(
            "format: uuid",
            "format: text",
            "key: was /orderId of format uuid, is /orderId of format text"),
        yaml(
            "{from: /orderId, format: uuid}",
            "{from: none}",
            "key: was /orderId of format uuid, is none"),
        yaml("FULL_TRANSITIVE", "FULL", "compatibility: was FULL_TRANSITIVE, is FULL"),
        yaml("FULL_TRANSITIVE", "NONE", "compatibility: was FULL_TRANSITIVE, is NONE"),
        yaml("  ce_id: {format: text}\n", "", "headers.ce_id: is gone"),
        yaml(
            "{format: text}",
            "{required: false}",
            "headers.ce_id: was required, and may be missing now"),
        yaml(
            "{format: text}",
            "{format: uuid}",
            "headers.ce_id: was of format text, is of format uuid"),
        yaml(
            "equals: OrderPlaced", "equals: Placed", "headers.ce_type: was OrderPlaced, is Placed"),
        yaml(
            "{required: false,",
            "{",
            "headers.tenant: is required now, and what is on the topic may lack it"),
        terms(
            test -> test.now.replace("schema/v1.json", "\"minimum\": 0", "\"minimum\": 1"),
            "schema/v1: was changed after it was published"),
        terms(
            test ->
                test.now
                    .delete("schema/v1.json")
                    .delete("samples/from-last-year.json")
                    .replace(YAML, ", readable: [v1]", "")
                    .replace(YAML, "  from-last-year: {schema: v1}\n", ""),
            "payload.readable: v1 may still be on the topic"),
        terms(
            test -> test.now.replace(YAML, "com.acme.shop.OrderPlaced", "com.acme.shop.Placed"),
            "contract: is gone"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("termsThatBreak")
  void aTermThatChanged_breaks(String finding, Consumer<EvolutionTest> change) {
    change.accept(this);

    assertThat(evolution().report()).contains("BREAKING / " + finding);
    assertThat(evolution().isCompatible()).isFalse();
  }

  @Test
  void commentsAndTitles_mayChange() {
    now.replace("schema/v1.json", "An order was placed", "Placed");

    assertThat(evolution().isCompatible()).isTrue();
  }

  @Test
  void avro_isHeldToTheSame() {
    ContractCopy.of("payment-taken", directory.resolve("before/payment"));
    ContractCopy payment = ContractCopy.of("payment-taken", directory.resolve("now/payment"));
    assertThat(evolution().isCompatible()).isTrue();

    payment
        .write("schema/v3.avsc", payment.read("schema/v2.avsc"))
        .replace("schema/v3.avsc", "timestamp-millis", "timestamp-micros")
        .replace("schema/v3.avsc", "\"default\": null", "\"default\": null, \"doc\": \"d\"")
        .replace(YAML, "current: v2, readable: [v1]", "current: v3, readable: [v1, v2]")
        .replace(YAML, "  with-voucher: {}", "  with-voucher: {schema: v2}");
    assertThat(findings()).containsExactly("BREAKING /takenAt logicalType");
    assertThat(evolution().report()).contains("com.acme.billing.PaymentTaken\n", "is written,");
  }

  @Test
  void aDefaultThatChanges_isFound() {
    ContractCopy was = ContractCopy.of("payment-taken", directory.resolve("before/payment"));
    ContractCopy payment = ContractCopy.of("payment-taken", directory.resolve("now/payment"));
    payment
        .write(
            "schema/v3.avsc",
            was.read("schema/v2.avsc")
                .replace(
                    "[\"null\", \"string\"], \"default\": null",
                    "[\"string\", \"null\"], \"default\": \"none\""))
        .replace(YAML, "current: v2, readable: [v1]", "current: v3, readable: [v1, v2]")
        .replace(YAML, "  with-voucher: {}", "  with-voucher: {schema: v2}");

    assertThat(findings()).containsExactly("BREAKING /voucher default");
    assertThat(evolution().report()).contains("was read as null, and now is as \"none\"");
  }

  private int run(List<String> printed, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int status = CheckContracts.run(new PrintStream(out, true, UTF_8), arguments);
    printed.add(out.toString(UTF_8));
    return status;
  }

  @Test
  void theCommand_comparesWithADirectory_andAJar() throws IOException {
    List<String> printed = new ArrayList<>();
    String contracts = directory.resolve("now").toString();
    Path jar = ContractTest.jar(directory.resolve("orders.jar"), "contracts/order", "order-placed");

    assertThat(run(printed, contracts, "dir:" + directory.resolve("before"))).isZero();
    assertThat(run(printed, contracts, "jar:" + jar)).isZero();
    now.replace(YAML, "name: orders", "name: orders2");
    assertThat(run(printed, contracts, "jar:" + jar)).isEqualTo(1);
    assertThat(printed.get(2)).contains("BREAKING / topic.name: was orders, is orders2");
  }

  @Test
  void theCommand_comparesWithAGitRevision() throws Exception {
    List<String> printed = new ArrayList<>();
    Path repository = directory.resolve("now");
    GitRepository.of(repository);

    assertThat(run(printed, repository.toString(), "git:HEAD")).isZero();
    now.replace(YAML, "partitions: 6", "partitions: 7");
    assertThat(run(printed, repository.toString(), "git:HEAD")).isEqualTo(1);
    assertThat(printed.get(1)).contains("topic.partitions: was 6, is 7");
    assertThat(run(printed, repository.toString(), "git:nowhere")).isEqualTo(2);
    assertThat(printed.get(2)).contains("git:nowhere: can't be read:");
    assertThat(run(printed, repository.toString(), "git:--output=x")).isEqualTo(2);
  }

  @Test
  void theCommand_failsWhereNothingIsCompared() throws IOException {
    List<String> printed = new ArrayList<>();
    String contracts = directory.resolve("now").toString();
    Path empty = Files.createDirectories(directory.resolve("empty"));

    assertThat(run(printed)).isEqualTo(2);
    assertThat(run(printed, contracts, "orders.jar")).isEqualTo(2);
    assertThat(run(printed, contracts, "jar:" + empty.resolve("no.jar"))).isEqualTo(2);
    assertThat(run(printed, contracts, "dir:" + empty)).isEqualTo(2);
    assertThat(run(printed, empty.toString(), "dir:" + contracts)).isEqualTo(2);
    assertThat(printed.get(0)).startsWith("usage: CheckContracts");
    assertThat(printed.get(1)).contains("must be git:…, jar:… or dir:…");
    assertThat(printed.get(2)).contains("can't be read as a jar");
    assertThat(printed.get(3)).contains("there is no contract.yaml in it");
  }

  @Test
  void twoContractsOfOneEvent_areRefused() {
    ContractCopy.of("order-placed", directory.resolve("now/again"));

    assertThatThrownBy(this::evolution)
        .isInstanceOf(ContractException.class)
        .hasMessageContaining("com.acme.shop.OrderPlaced has two contracts");
  }
}
