package dev.kafkaevents.core;

/** Text of others, fit for a line of the log: an id, what a broker or a serde says. */
final class Printable {
  private static final int MAX = 2_000;

  private Printable() {}

  /** With control characters and what ends a line as {@code \\uXXXX}, and cut where it is long. */
  static String of(String text) {
    StringBuilder printable = new StringBuilder(Math.min(text.length(), MAX));
    for (int i = 0; i < text.length(); i++) {
      if (i == MAX) {
        return printable.append('…').toString();
      }
      char c = text.charAt(i);
      if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
        printable.append("\\u%04x".formatted((int) c));
      } else {
        printable.append(c);
      }
    }
    return printable.toString();
  }
}
