package dev.kafkaevents.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class ContractTest {
  private static final String YAML = "contract.yaml";

  @TempDir Path directory;

  private static Arguments wrong(Consumer<ContractCopy> change, String... message) {
    return Arguments.of(String.join(" … ", message), change, List.of(message));
  }

  private static Arguments wrongYaml(String text, String by, String... message) {
    return wrong(copy -> copy.replace(YAML, text, by), message);
  }

  static Stream<Arguments> whatCanBeWrong() {
    return Stream.of(
        wrongYaml("owner:", "ownr:", "contract.yaml:2: ownr is not a key here", "event, owner"),
        wrongYaml("event: com.acme.shop.OrderPlaced\n", "", "contract.yaml:1: event is missing"),
        wrongYaml("owner: shop", "event: again", "contract.yaml:2: event is there twice"),
        wrongYaml("owner: shop", "owner: [shop]", ":2: owner is a list, must be a text"),
        wrongYaml("owner: shop", "owner: ''", ":2: owner is empty"),
        wrongYaml("owner: shop", "owner: {", "is not YAML"),
        wrongYaml(
            "{name: orders, partitions: 6}", "orders", ":3: topic is a text, must be a mapping"),
        wrongYaml("name: orders, ", "", ":3: topic.name is missing"),
        wrongYaml("name: orders,", "name: or ders,", "topic.name is wrong: topic name \"or ders\""),
        wrongYaml("partitions: 6", "partitions: 0", ":3: topic.partitions is 0, must be a whole"),
        wrongYaml("partitions: 6", "partitions: six", "topic.partitions is six, must be a whole"),
        wrongYaml(", partitions: 6", "", ":3: topic.partitions is missing"),
        wrongYaml(
            "partitions: 6",
            "partitions: 6, cleanup: never",
            "delete, compact, compact-and-delete"),
        wrongYaml(
            "partitions: 6", "partitions: 6, replicas: 3", "topic.replicas is not a key here"),
        wrongYaml("key: {from: /orderId, format: uuid}\n", "", "key is missing", "{from: none}"),
        wrongYaml(
            "/orderId", "orderId", ":4: key.from is orderId, must be none, or point to a field"),
        wrongYaml(
            "/orderId, format: uuid", "none, format: uuid", "key.format is of a key that is none"),
        wrongYaml(
            "/orderId", "/total", "samples/minimal.json: has something else at /total", "uuid"),
        wrongYaml("/orderId", "/id", "samples/minimal.json: has no text or number at /id"),
        wrongYaml(
            "format: uuid", "format: guid", "key.format is guid, must be one of text, integer"),
        wrongYaml("{format: text}", "{format: text, must: be}", "headers.ce_id.must is not a key"),
        wrongYaml("required: false", "required: no", "headers.tenant.required is no, must be true"),
        wrongYaml(
            "{format: text}", "{format: uuid, equals: x}", "headers.ce_id.equals is not what"),
        wrongYaml(
            "{format: text}", "{format: uuid, example: x}", "headers.ce_id.example is not what"),
        wrongYaml(
            "format: json", "format: xml", "payload.format is xml, must be one of json, avro"),
        wrongYaml(
            "current: v2", "current: v3", "schema/v3.json: is missing; version v3 of the payload"),
        wrongYaml("current: v2", "current: ../v2", "payload.current is ../v2, must be of A-Z"),
        wrongYaml("[v1]", "[v1, v2]", "payload.readable has v2, which is the current one anyway"),
        wrongYaml("[v1]", "[v1, v1]", "payload.readable has v1 twice"),
        wrongYaml("[v1]", "v1", "payload.readable is a text, must be a list"),
        wrongYaml(", readable: [v1]", "", "samples.from-last-year.schema is v1, must be one of v2"),
        wrongYaml(
            "FULL_TRANSITIVE", "BOTH", "compatibility is BOTH, must be one of NONE, BACKWARD"),
        wrongYaml("compatibility: FULL_TRANSITIVE\n", "", "compatibility is missing"),
        wrongYaml("  from-last-year: {schema: v1}\n", "", "samples has none of version v1"),
        wrongYaml(
            "{schema: v1}", "{schema: v1, produced: true}", "what is written today is v2, not v1"),
        wrongYaml(
            "{schema: v1}",
            "{schema: v0}",
            "samples.from-last-year.schema is v0, must be one of v1, v2"),
        wrong(
            copy ->
                copy.replace(YAML, "minimal: {}", "minimal: {produced: false}")
                    .replace(YAML, "full: {}", "full: {produced: false}"),
            "samples has none that is produced"),
        wrong(
            copy ->
                copy.replace(
                    YAML,
                    "samples:\n  minimal: {}\n  full: {}\n  from-last-year: {schema: v1}\n",
                    "samples: {}\n"),
            "samples has none; a contract without a sample proves nothing"),
        wrong(
            copy -> copy.delete("samples/full.json"), "samples/full.json: is missing; sample full"),
        wrong(copy -> copy.delete("schema/v1.json"), "schema/v1.json: is missing"),
        wrong(
            copy -> copy.delete("samples/invalid/not-json.txt"),
            "samples/invalid/not-json.json: is missing"),
        wrong(
            copy -> copy.write("samples/old.json", "{}"),
            "samples/old.json: nothing in contract.yaml refers"),
        wrong(
            copy -> copy.write("schema/v0.json", "{}"),
            "schema/v0.json: nothing in contract.yaml refers"),
        wrong(
            copy -> copy.write("consumers/x.yaml", "{}"),
            "consumers/x.yaml: nothing in contract.yaml"),
        wrong(copy -> copy.write("samples/full.json", "{"), "samples/full.json:", "is not JSON"),
        wrong(
            copy -> copy.write("samples/full.json", "{\"total\": 1, \"total\": 2}"),
            "samples/full.json:1: is not JSON"),
        wrong(
            copy -> copy.replace("samples/full.json", "discount", "discuont"),
            "samples/full.json: is not valid in v2: /discuont"),
        wrong(
            copy -> copy.replace("samples/full.json", "\"quantity\": 2", "\"quantity\": 0"),
            "samples/full.json: is not valid in v2: /lines/0/quantity"),
        wrong(
            copy ->
                copy.replace("samples/full.json", "0b51a2f4-7a5e-44a4-8f0c-3f4ad9c1e822", "o-1"),
            "samples/full.json: is not valid in v2: /orderId"),
        wrongYaml(
            "cause: SerdeException", "because: x", "invalid.not-json.because is not a key here"),
        wrongYaml(
            "ends: dead-lettered, cause: SerdeException", "ends: handled", "is handled, but then"),
        wrongYaml(
            "ends: dead-lettered, cause: SerdeException",
            "ends: lost",
            "ends is lost, must be one of"),
        wrongYaml(
            "ends: dead-lettered, cause: SerdeException",
            "ends: skipped, cause: X",
            "cause is not known"),
        wrong(
            copy -> copy.write("schema/v2.json", "[]"),
            "v2.json: is no JSON Schema: it must be an object"),
        wrong(
            copy -> copy.replace("schema/v2.json", "\"type\": \"array\"", "\"type\": \"list\""),
            "schema/v2.json: is no JSON Schema: /properties/lines/type"),
        wrong(
            copy -> copy.replace("schema/v2.json", "\"maximum\"", "\"maximun\""),
            "schema/v2.json: /properties/discount has the keyword maximun, which is not one of"),
        wrong(
            copy ->
                copy.replace(
                    "schema/v2.json",
                    "{\"type\": \"string\", \"minLength\": 1}",
                    "{\"$ref\": \"sku.json\"}"),
            "schema/v2.json: /properties/lines/items/properties/sku refers to sku.json, must be"),
        wrong(
            copy ->
                copy.replace(
                    "schema/v2.json",
                    "\"title\"",
                    "\"$schema\": \"http://json-schema.org/draft-07/schema#\", \"title\""),
            "$schema is http://json-schema.org/draft-07/schema#, must be https://json-schema.org/draft/2020-12/schema"),
        wrong(
            copy ->
                copy.write(
                    "consumers/billing.needs.yaml", "consumer: shipping\nevent: x\nneeds: {}"),
            "billing.needs.yaml:1: consumer is shipping, must be as the file is called"),
        wrong(
            copy ->
                copy.write(
                    "consumers/billing.needs.yaml", "consumer: billing\nevent: x\nneeds: {}"),
            "consumers/billing.needs.yaml: is about x, must be about com.acme.shop.OrderPlaced"),
        wrong(
            copy ->
                copy.write(
                    "consumers/billing.needs.yaml",
                    "consumer: billing\nevent: x\nneeds: {/a: [gone]}"),
            "needs./a has gone, must be of absent, null"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("whatCanBeWrong")
  void whatIsWrong_isToldWithItsFile(
      String name, Consumer<ContractCopy> change, List<String> message) {
    ContractCopy copy = ContractCopy.of("order-placed", directory);
    change.accept(copy);

    assertThatThrownBy(copy::read)
        .isInstanceOf(ContractException.class)
        .message()
        .contains(message);
  }

  static Stream<Arguments> whatCanBeWrongInAvro() {
    return Stream.of(
        wrong(
            copy -> copy.write("schema/v2.avsc", "{\"type\": \"recrod\"}"),
            "v2.avsc: is no Avro schema"),
        wrong(
            copy -> copy.write("schema/v2.avsc", "\"string\""),
            "v2.avsc: is of type string, must be a record"),
        wrong(
            copy -> copy.replace("schema/v2.avsc", "timestamp-millis", "timestamp-milis"),
            "v2.avsc: logicalType timestamp-milis is unknown"),
        wrong(
            copy -> copy.replace("schema/v2.avsc", "\"scale\": 2", "\"scale\": 20"),
            "v2.avsc: logicalType decimal is unknown, or does not fit type bytes"),
        wrong(
            copy -> copy.replace("schema/v2.avsc", "\"default\": null", "\"default\": 7"),
            "v2.avsc: is no Avro schema"),
        wrong(
            copy -> copy.replace("samples/usual.json", "9.90", "9.901"),
            "samples/usual.json: is not valid in v2: /amount"),
        wrong(
            copy -> copy.replace("samples/usual.json", "2026-01-01T00:00:00Z", "yesterday"),
            "samples/usual.json: is not valid in v2: /takenAt"),
        wrong(
            copy -> copy.replace("samples/usual.json", "\"amount\": 9.90,", ""),
            "samples/usual.json: is not valid in v2: /amount: is missing, and has no default"),
        wrong(
            copy -> copy.replace("samples/usual.json", "\"amount\"", "\"by\": 1, \"amount\""),
            "samples/usual.json: is not valid in v2: /by: is no field of com.acme.billing.PaymentTaken"),
        wrong(
            copy -> copy.replace("samples/with-voucher.json", "\"SPRING\"", "7"),
            "samples/with-voucher.json: is not valid in v2: /voucher"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("whatCanBeWrongInAvro")
  void whatIsWrongInAvro_isToldWithItsFile(
      String name, Consumer<ContractCopy> change, List<String> message) {
    ContractCopy copy = ContractCopy.of("payment-taken", directory);
    change.accept(copy);

    assertThatThrownBy(copy::read)
        .isInstanceOf(ContractException.class)
        .message()
        .contains(message);
  }

  @Test
  void aContract_isReadFromADirectory() {
    Contract contract = Contract.inDirectory(ContractCopy.ALL.resolve("order-placed"));

    assertThat(contract.event()).isEqualTo("com.acme.shop.OrderPlaced");
    assertThat(contract.topic()).isEqualTo("orders");
    assertThat(contract.partitions()).isEqualTo(6);
    assertThat(contract.versions()).containsExactly("v1", "v2");
    assertThat(contract.sampleNames()).containsExactly("minimal", "full", "from-last-year");
  }

  @Test
  void aContract_isReadFromTheClassPath_alsoOutOfAJar() throws IOException {
    assertThat(Contract.onClassPath("contracts/order-placed").sampleNames()).hasSize(3);

    Path jar = jar(directory.resolve("contracts.jar"), "acme/orders", "order-placed");
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, before)) {
      Thread.currentThread().setContextClassLoader(loader);
      assertThat(Contract.onClassPath("acme/orders").versions()).containsExactly("v1", "v2");
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
    assertThat(Contract.all(ContractFiles.allInJar(jar), "jar")).hasSize(1);
  }

  /** A plain jar of one contract, as a build makes it of resources. */
  static Path jar(Path jar, String to, String contract) throws IOException {
    try (OutputStream out = Files.newOutputStream(jar);
        ZipOutputStream zip = new ZipOutputStream(out);
        Stream<Path> files = Files.walk(ContractCopy.ALL.resolve(contract))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = ContractCopy.ALL.resolve(contract).relativize(file).toString();
        zip.putNextEntry(new ZipEntry(to + "/" + name));
        zip.write(Files.readAllBytes(file));
      }
    }
    return jar;
  }

  @Test
  void aContractThatIsNotThere_isAFailure() {
    assertThatThrownBy(() -> Contract.onClassPath("contracts/order-paced"))
        .isInstanceOf(ContractException.class)
        .hasMessageContaining(
            "classpath:contracts/order-paced: has no contract.yaml on the class path");
    assertThatThrownBy(() -> Contract.inDirectory(directory))
        .isInstanceOf(ContractException.class)
        .hasMessageContaining("has no contract.yaml");
    assertThatThrownBy(() -> Contract.allIn(directory))
        .isInstanceOf(ContractException.class)
        .hasMessageContaining("there is no contract.yaml in it");
    assertThatThrownBy(() -> Contract.allIn(directory.resolve("nowhere")))
        .isInstanceOf(ContractException.class)
        .hasMessageContaining("is not a directory");
  }

  @Test
  void versions_areInTheOrderOfTheirNumbers() {
    assertThat(Stream.of("v10", "v9", "1.10", "1.9", "1.9.1", "v9-rc").sorted(Versions.ORDER))
        .containsExactly("1.9", "1.9.1", "1.10", "v9", "v9-rc", "v10");
  }

  @Test
  void needs_comeBackAsTheyWereWritten() {
    ContractCopy copy =
        ContractCopy.of("order-placed", directory)
            .write(
                "consumers/billing.needs.yaml",
                """
                consumer: billing
                event: com.acme.shop.OrderPlaced
                needs:
                  /lines/*/sku: [absent]
                  "/a \\"b": [absent, "null"]
                """);
    Needs read = copy.read().needs().get(0);
    read.writeInto(directory);
    Needs again = copy.read().needs().get(0);

    assertThat(again.text()).isEqualTo(read.text());
    assertThat(again.fields()).containsExactlyInAnyOrder("/lines/*/sku", "/a \"b");
    assertThat(again.need("/lines", Loss.ABSENT)).isTrue();
    assertThat(again.need("/lines/*/sku", Loss.NULL)).isFalse();
    assertThat(again.need("/line", Loss.ABSENT)).isFalse();
  }
}
