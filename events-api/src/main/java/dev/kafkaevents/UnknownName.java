package dev.kafkaevents;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A name that is no setting's: guesses which was meant. */
final class UnknownName {
  private UnknownName() {}

  /** One line with the way out. Not with the value: the name can't tell whether it is a secret. */
  static String problem(Setting setting) {
    String meant = meantBy(setting.name());
    return "%s is not a setting; %s"
        .formatted(
            setting.title(),
            meant != null
                ? "did you mean " + Secrets.printable(meant) + "?"
                : "allowed are "
                    + String.join(", ", OwnSetting.names())
                    + ", and Kafka's own keys after kafka., kafka.producer., kafka.consumer. or"
                    + " kafka.admin.");
  }

  private static @Nullable String meantBy(String name) {
    if (name.startsWith("events.kafka.")) {
      return name.substring("events.".length());
    }
    int dot = name.indexOf('.');
    if (dot > 0 && distance(name.substring(0, dot).toLowerCase(Locale.ROOT), "kafka") <= 2) {
      return "kafka" + name.substring(dot);
    }
    return nearestTo(name.toLowerCase(Locale.ROOT));
  }

  /** Compares without what is before the first dot: it may be wrong, or missing. */
  private static @Nullable String nearestTo(String name) {
    String nearest = null;
    int least = Integer.MAX_VALUE;
    for (String known : OwnSetting.names()) {
      String tail = tail(known);
      int distance = Math.min(distance(name, tail), distance(tail(name), tail));
      if (distance <= 1 + tail.length() / 5 && distance < least) {
        nearest = known;
        least = distance;
      }
    }
    return nearest;
  }

  private static String tail(String name) {
    return name.substring(name.indexOf('.') + 1);
  }

  /** How many characters must be added, left out or replaced to get from one to the other. */
  private static int distance(String from, String to) {
    int[] above = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      above[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int[] row = new int[to.length() + 1];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = above[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, 1 + Math.min(above[j], row[j - 1]));
      }
      above = row;
    }
    return above[to.length()];
  }
}
