package dev.kafkaevents.contracts;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that changed, and whom it breaks.
 *
 * @param path of the field, or empty for what is of the whole contract
 * @param keyword of the schema, or of the contract
 * @param text what came of it
 * @param witness a value that shows it
 * @param neededBy the consumers that can't do without the field
 */
record Finding(
    Verdict verdict,
    String path,
    String keyword,
    String text,
    @Nullable String witness,
    List<String> neededBy) {
  static Finding breaking(String path, String keyword, String text, @Nullable String witness) {
    return new Finding(Verdict.BREAKING, path, keyword, text, witness, List.of());
  }

  static Finding undecided(String path, String keyword) {
    return new Finding(
        Verdict.UNDECIDED,
        path,
        keyword,
        "neither proven nor disproved; if it is right, acknowledge it in contract.yaml: acknowledged: [\"%s\"]"
            .formatted(acknowledgement(path, keyword)),
        null,
        List.of());
  }

  /** How {@code contract.yaml} names it. */
  static String acknowledgement(String path, String keyword) {
    return (path.isEmpty() ? "/" : path) + " " + keyword;
  }

  Finding neededBy(List<String> consumers) {
    return new Finding(verdict, path, keyword, text, witness, consumers);
  }

  boolean isAcknowledged(List<String> acknowledged) {
    return verdict == Verdict.UNDECIDED && acknowledged.contains(acknowledgement(path, keyword));
  }

  /** Lines of a report, without a line end at the end. */
  String lines() {
    StringBuilder lines = new StringBuilder();
    lines.append("  ").append(verdict).append(' ').append(acknowledgement(path, keyword));
    lines.append(": ").append(text);
    if (witness != null) {
      lines.append("\n    such as ").append(witness);
    }
    if (!neededBy.isEmpty()) {
      lines.append("\n    needed by ").append(String.join(", ", neededBy));
    }
    return lines.toString();
  }
}
