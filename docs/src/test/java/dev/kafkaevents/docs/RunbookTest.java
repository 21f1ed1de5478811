package dev.kafkaevents.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Each alert leads to what to do about it. */
class RunbookTest {
  private static final Path ALERTS = Page.ROOT.resolve("docs/observability/alerts.yml");
  private static final Pattern RULE =
      Pattern.compile("- alert: (\\w+)((?:(?!- alert:).)*)", Pattern.DOTALL);

  private final Map<String, String> alerts = new LinkedHashMap<>();

  RunbookTest() {
    RULE.matcher(String.join("\n", Page.linesOf(ALERTS)))
        .results()
        .forEach(rule -> alerts.put(rule.group(1), rule.group(2)));
  }

  @Test
  void eachAlert_namesItsSection() {
    assertThat(alerts).isNotEmpty();
    alerts.forEach(
        (alert, rule) ->
            assertThat(rule)
                .as("annotations of %s", alert)
                .contains(
                    "runbook: 'docs/operations.md#%s'".formatted(alert.toLowerCase(Locale.ROOT))));
  }

  @Test
  void eachSection_isOfAnAlert_inTheirOrder() {
    List<String> lines = Page.of("docs/operations.md").lines();
    assertThat(lines.subList(lines.indexOf("## Runbook"), lines.size()))
        .filteredOn(line -> line.startsWith("### "))
        .as("sections of the runbook: one for each alert of alerts.yml")
        .containsExactlyElementsOf(alerts.keySet().stream().map(alert -> "### " + alert).toList());
  }

  @Test
  void linesOfTheLogAndMeters_areThoseOfTheirTables() {
    String log = Page.of("docs/observability/logs.md").text();
    String meters = Page.of("docs/observability/README.md").text();
    List<String> words =
        Pattern.compile("`([a-z]+(?:_[a-z]+)+)[`{]")
            .matcher(Page.of("docs/operations.md").text())
            .results()
            .map(word -> word.group(1))
            .toList();

    assertThat(words)
        .contains("subscription_failed", "events_publish_inflight")
        .filteredOn(word -> !log.contains("| `" + word + "` |"))
        .filteredOn(word -> !meters.contains(word.replace("events_subscription", "")))
        .as("neither a line of the log nor a meter")
        .isEmpty();
  }
}
