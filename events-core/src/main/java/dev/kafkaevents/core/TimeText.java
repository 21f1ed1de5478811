package dev.kafkaevents.core;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.kafkaevents.EventsException;
import dev.kafkaevents.SerdeException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/**
 * Times as RFC 3339 has them. Written are always three places, as {@code 2026-01-02T03:04:05.670Z}:
 * older parsers in other languages stumble over nanoseconds.
 *
 * <p>Most of the text is the same for all events of one second, so it is kept from one to the next:
 * to format it anew takes longer than all else that is done for the headers.
 */
final class TimeText {
  private static final long FIRST_SECOND = Instant.parse("0000-01-01T00:00:00Z").getEpochSecond();
  private static final long LAST_SECOND = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();
  private static final int POINT = "2026-01-02T03:04:05".length();

  /** Of the second last written. Racing threads each see a whole one, since it can't change. */
  private static @Nullable Second last;

  private record Second(long epochSecond, byte[] text) {
    static Second of(long epochSecond) {
      if (epochSecond < FIRST_SECOND || epochSecond > LAST_SECOND) {
        throw new EventsException(
            "the time %s of an event is not in the years 0000 to 9999"
                .formatted(Instant.ofEpochSecond(epochSecond)));
      }
      String whole = Instant.ofEpochSecond(epochSecond).toString();
      return new Second(epochSecond, (whole.substring(0, POINT) + ".000Z").getBytes(US_ASCII));
    }
  }

  private TimeText() {}

  static byte[] format(Instant time) {
    Second second = last;
    if (second == null || second.epochSecond != time.getEpochSecond()) {
      second = Second.of(time.getEpochSecond());
      last = second;
    }
    byte[] text = second.text.clone();
    int millis = time.getNano() / 1_000_000;
    text[POINT + 1] += (byte) (millis / 100);
    text[POINT + 2] += (byte) (millis / 10 % 10);
    text[POINT + 3] += (byte) (millis % 10);
    return text;
  }

  static Instant parse(String text, Object position) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw new SerdeException(
          "header "
              + Attributes.TIME
              + " at "
              + position
              + " is not a timestamp of RFC 3339, such as 2026-01-02T03:04:05Z");
    }
  }
}
