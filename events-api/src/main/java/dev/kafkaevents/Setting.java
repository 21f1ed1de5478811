package dev.kafkaevents;

/**
 * One setting as it came: its dotted name, its value, and where it is from. What it prints never
 * has a secret.
 *
 * @param source {@code code}, {@code map}, {@code environment variable X}, {@code system property}
 *     or {@code default}
 */
record Setting(String name, String value, String source) {
  static final String CODE = "code";
  static final String DEFAULT = "default";

  /** The name and where it is from. */
  String title() {
    return Secrets.printable(name + " (" + source + ")");
  }

  /** One line with what came and {@code reason}: what is wrong with it, and the way out. */
  String problem(String reason) {
    return "%s is \"%s\", %s".formatted(title(), Secrets.masked(name, value), reason);
  }

  /** As a line of {@link EventsConfig#describe}. */
  @Override
  public String toString() {
    return "%s = %s (%s)".formatted(Secrets.printable(name), Secrets.masked(name, value), source);
  }
}
