package dev.kafkaevents.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/contracts.md shows is in tests that run. */
final class GuideTest {
  private static final Path GUIDE = Path.of("../docs/contracts.md");
  private static final Path TESTS = Path.of("src/test/java/dev/kafkaevents/contracts");

  @TempDir Path contracts;

  @Test
  void theCheckOfTheGuide_comparesWithMain() throws Exception {
    ContractCopy.of("order-placed", contracts.resolve("order-placed"));
    GitRepository.of(contracts);

    // EVOLUTION
    Evolution.since(Baseline.git(contracts, "origin/main"), contracts).requireCompatible();
    // EVOLUTION ends
  }

  @Test
  void theCodeOfTheGuide_isThatOfTests() throws IOException {
    assertThat(blocks("java"))
        .containsExactly(
            region(TESTS.resolve("ShopContractTest.java"), "PRODUCER"),
            region(TESTS.resolve("BillingContractTest.java"), "CONSUMER"),
            region(TESTS.resolve("GuideTest.java"), "EVOLUTION"));
  }

  @Test
  void theContractOfTheGuide_isThatOfTests() throws IOException {
    assertThat(blocks("yaml").get(0))
        .isEqualTo(lines(Files.readString(ContractCopy.ALL.resolve("order-placed/contract.yaml"))));
  }

  @Test
  void theNeedsOfTheGuide_areThoseThatAreFound() throws IOException {
    ContractCopy copy = ContractCopy.of("order-placed", contracts.resolve("contract"));
    copy.write("consumers/billing.needs.yaml", blocks(GUIDE, "yaml").get(1));
    Needs shown = copy.read().needs().get(0);

    assertThat(lines(shown.text())).isEqualTo(blocks("yaml").get(1));
    assertThat(shown.fields()).containsExactlyInAnyOrder("/lines/*/quantity", "/orderId", "/total");
  }

  /** Version 3 of the guide: the total may be missing, and there is a note. */
  @Test
  void theReportOfTheGuide_isWhatComesOfTheChange() throws IOException {
    ContractCopy.of("order-placed", contracts.resolve("before/order"))
        .write("consumers/billing.needs.yaml", blocks(GUIDE, "yaml").get(1));
    ContractCopy now =
        ContractCopy.of("order-placed", contracts.resolve("now/order"))
            .write("consumers/billing.needs.yaml", blocks(GUIDE, "yaml").get(1));
    now.write("schema/v3.json", now.read("schema/v2.json"))
        .replace("schema/v3.json", "[\"orderId\", \"total\"]", "[\"orderId\"]")
        .replace("schema/v3.json", "\"discount\"", "\"note\": {\"type\": \"string\"}, \"discount\"")
        .replace("contract.yaml", "current: v2, readable: [v1]", "current: v3, readable: [v1, v2]")
        .replace("contract.yaml", "full: {}", "full: {schema: v2}");

    assertThat(
            lines(
                Evolution.since(
                        Baseline.directory(contracts.resolve("before")), contracts.resolve("now"))
                    .report()))
        .isEqualTo(blocks("text").get(0));
  }

  private static List<String> blocks(Path file, String language) throws IOException {
    return Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
        .matcher(Files.readString(file))
        .results()
        .map((MatchResult block) -> block.group(1))
        .toList();
  }

  private static List<List<String>> blocks(String language) throws IOException {
    return blocks(GUIDE, language).stream().map(GuideTest::lines).toList();
  }

  private static List<String> lines(String text) {
    return text.lines().filter(line -> !line.isBlank()).map(String::strip).toList();
  }

  private static List<String> region(Path file, String name) throws IOException {
    List<String> region = new ArrayList<>();
    boolean in = false;
    for (String line : Files.readAllLines(file)) {
      if (line.strip().startsWith("// " + name)) {
        in = !line.strip().endsWith("ends");
      } else if (in && !line.isBlank()) {
        region.add(line.strip());
      }
    }
    return region;
  }
}
