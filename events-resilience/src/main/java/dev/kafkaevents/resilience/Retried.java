package dev.kafkaevents.resilience;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.Headers;
import dev.kafkaevents.Message;
import dev.kafkaevents.Position;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A record on a retry topic, as the headers say that {@link UnorderedRetry} gave it. They are
 * looked at on such a topic only: anywhere else anybody may have written them. Even there what
 * can't be true is left out.
 *
 * @param tries which of the later tries is next, or at work: at least 1
 * @param attempts how often its handler was called before
 * @param due when that try is due
 * @param origin where the record was first
 * @param timestamp of the record there; null if it has none
 */
record Retried(int tries, int attempts, Instant due, Position origin, @Nullable Instant timestamp) {
  private static final String SUFFIX = ".retry";

  private static final String TRIES = "events-retry-tries";
  private static final String ATTEMPTS = "events-retry-attempts";
  private static final String DUE = "events-retry-due";
  private static final String PARTITION = "events-retry-partition";
  private static final String OFFSET = "events-retry-offset";
  private static final String TIMESTAMP = "events-retry-timestamp";
  private static final List<String> NAMES =
      List.of(TRIES, ATTEMPTS, DUE, PARTITION, OFFSET, TIMESTAMP);

  /** So many digits are always a long. */
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

  /** Of a time in ISO-8601. */
  private static final int MOST_LETTERS = 30;

  /** Where {@code group} keeps what it tries again later. */
  static String topic(String source, String group) {
    return source + "." + group + SUFFIX;
  }

  /** Whose retry topic of {@code group} this is; {@code topic} itself if it is none. */
  static String source(String topic, String group) {
    String end = "." + group + SUFFIX;
    return topic.endsWith(end) && topic.length() > end.length()
        ? topic.substring(0, topic.length() - end.length())
        : topic;
  }

  static boolean isRetryTopic(String topic, String group) {
    return !source(topic, group).equals(topic);
  }

  /** Null if {@code delivery} is not from a retry topic of its group. */
  static @Nullable Retried of(Delivery<?> delivery) {
    String topic = delivery.topic().name();
    if (!isRetryTopic(topic, delivery.group())) {
      return null;
    }
    Message record = delivery.message();
    Headers headers = record.headers();
    long partition = number(headers, PARTITION, -1);
    long offset = number(headers, OFFSET, -1);
    boolean isKnown = partition >= 0 && partition <= Integer.MAX_VALUE && offset >= 0;
    Instant due = instant(headers, DUE);
    return new Retried(
        atLeastOne(number(headers, TRIES, 1)),
        atLeastOne(number(headers, ATTEMPTS, 1)),
        due == null ? Instant.EPOCH : due,
        isKnown
            ? new Position(source(topic, delivery.group()), (int) partition, offset)
            : delivery.position(),
        isKnown ? instant(headers, TIMESTAMP) : record.timestamp());
  }

  /** Of a record that failed where it was first. */
  static Retried first(Delivery<?> delivery) {
    return new Retried(0, 0, Instant.EPOCH, delivery.position(), delivery.message().timestamp());
  }

  /** After so many more attempts. */
  Retried afterMore(int more) {
    int sum = (int) Math.min(Integer.MAX_VALUE, (long) attempts + more);
    return new Retried(tries, sum, due, origin, timestamp);
  }

  /** To be tried again. */
  Retried next(Instant due) {
    return new Retried(tries + 1, attempts, due, origin, timestamp);
  }

  /** {@code headers} that say so. */
  Headers on(Headers headers) {
    Headers said =
        without(headers)
            .with(TRIES, String.valueOf(tries))
            .with(ATTEMPTS, String.valueOf(attempts))
            .with(DUE, due.toString())
            .with(PARTITION, String.valueOf(origin.partition()))
            .with(OFFSET, String.valueOf(origin.offset()));
    return timestamp == null ? said : said.with(TIMESTAMP, timestamp.toString());
  }

  /** {@code headers} as they were before. */
  static Headers without(Headers headers) {
    Headers others = headers;
    for (String name : NAMES) {
      others = others.without(name);
    }
    return others;
  }

  private static int atLeastOne(long number) {
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE, number));
  }

  private static long number(Headers headers, String name, long otherwise) {
    byte[] value = headers.value(name);
    String text = value == null || value.length > MOST_LETTERS ? null : headers.text(name);
    return text != null && NUMBER.matcher(text).matches() ? Long.parseLong(text) : otherwise;
  }

  private static @Nullable Instant instant(Headers headers, String name) {
    byte[] value = headers.value(name);
    String text = value == null || value.length > MOST_LETTERS ? null : headers.text(name);
    try {
      return text == null ? null : Instant.parse(text);
    } catch (DateTimeException notOurs) {
      return null;
    }
  }
}
