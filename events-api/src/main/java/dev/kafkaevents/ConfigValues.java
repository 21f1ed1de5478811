package dev.kafkaevents;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the values of our settings may be. Each check answers what the value must be, or null if it
 * is.
 */
final class ConfigValues {
  /** What is fit for a client id, a metric and, as the default source, a URI-reference. */
  private static final Pattern APPLICATION = Pattern.compile("[A-Za-z0-9._-]+");

  private static final Pattern ASCII = Pattern.compile("\\p{ASCII}+");

  private static final Pattern HOST_AND_PORT =
      Pattern.compile(
          "(?:[A-Za-z0-9._-]+|\\[[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*(?:%[A-Za-z0-9._-]+)?]):([0-9]{1,5})");

  private static final String SERVERS =
      "must be host:port, or several with commas between, without a scheme, an IPv6 address in"
          + " brackets, a port from 1 to 65535; \"%s\" is not";

  private static final Pattern AMOUNT_AND_UNIT = Pattern.compile("([0-9]{1,18})(ms|s|m|h)");

  /** What Kafka's timeouts can hold, an int of milliseconds, in whole hours. */
  private static final Duration LONGEST = Duration.ofHours(596);

  private ConfigValues() {}

  static @Nullable String application(String value) {
    return APPLICATION.matcher(value).matches()
        ? null
        : "must be of letters, digits, '.', '_' and '-'";
  }

  static @Nullable String source(String value) {
    return isUriReference(value)
        ? null
        : "must be a URI-reference, such as /shop/orders, percent-encoded";
  }

  static @Nullable String servers(String value) {
    for (String entry : value.split(",", -1)) {
      Matcher matcher = HOST_AND_PORT.matcher(entry.strip());
      if (!matcher.matches() || !isPort(Integer.parseInt(matcher.group(1)))) {
        return SERVERS.formatted(Secrets.part(value, entry.strip()));
      }
    }
    return null;
  }

  static @Nullable String timeout(String value) {
    return duration(value, Duration.ofMillis(1), "1ms");
  }

  static @Nullable String timeoutOrZero(String value) {
    return duration(value, Duration.ZERO, "0s");
  }

  /**
   * The duration written as {@code 500ms}, {@code 5s}, {@code 2m}, {@code 1h} or {@code PT5S}; null
   * if none is.
   */
  static @Nullable Duration toDuration(String value) {
    Matcher matcher = AMOUNT_AND_UNIT.matcher(value.strip());
    try {
      return matcher.matches()
          ? Duration.of(Long.parseLong(matcher.group(1)), unit(matcher.group(2)))
          : Duration.parse(value.strip());
    } catch (DateTimeParseException | ArithmeticException notADuration) {
      return null;
    }
  }

  private static @Nullable String duration(String value, Duration least, String leastWritten) {
    Duration duration = toDuration(value);
    return duration != null && duration.compareTo(least) >= 0 && duration.compareTo(LONGEST) <= 0
        ? null
        : "must be a duration with its unit, such as 500ms, 5s, 2m, 1h or PT5S, from %s to %dh"
            .formatted(leastWritten, LONGEST.toHours());
  }

  private static ChronoUnit unit(String suffix) {
    return switch (suffix) {
      case "ms" -> ChronoUnit.MILLIS;
      case "s" -> ChronoUnit.SECONDS;
      case "m" -> ChronoUnit.MINUTES;
      default -> ChronoUnit.HOURS;
    };
  }

  private static boolean isUriReference(String value) {
    try {
      new URI(value);
      return ASCII.matcher(value).matches(); // java.net.URI takes other letters as well
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static boolean isPort(int port) {
    return port >= 1 && port <= 65535;
  }
}
