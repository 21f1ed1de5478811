package dev.kafkaevents.core;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Versions of Kafka's clients that break what is promised here: up to 3.9.1, 4.0.1 and 4.1.1 a
 * batch that expires may be stored in another topic, and be reported as stored (CVE-2026-35554).
 */
final class Vulnerable {
  private static final Pattern VERSION = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})\\.(\\d{1,4}).*");

  private Vulnerable() {}

  /** What is wrong with {@code version}; null if nothing is known to be. */
  static @Nullable String problem(String version) {
    Matcher parts = VERSION.matcher(version);
    if (!parts.matches()) {
      return null;
    }
    int line = 1_000 * Integer.parseInt(parts.group(1)) + Integer.parseInt(parts.group(2));
    int patch = Integer.parseInt(parts.group(3));
    boolean isVulnerable =
        line < 3_009
            || (line == 3_009 && patch < 2)
            || (line == 4_000 && patch < 2)
            || (line == 4_001 && patch < 2);
    return isVulnerable
        ? "kafka-clients %s may store events in another topic than theirs (CVE-2026-35554); use 3.9.2, 4.0.2, 4.1.2, 4.2.0 or later"
            .formatted(version)
        : null;
  }
}
