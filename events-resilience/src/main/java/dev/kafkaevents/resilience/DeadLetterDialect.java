package dev.kafkaevents.resilience;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kafkaevents.Headers;
import dev.kafkaevents.Message;
import dev.kafkaevents.Position;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The headers in which somebody says where a dead letter comes from. All can be read, see {@link
 * DeadLetterOrigin}; those that others' tools look for can be written too, see {@link
 * DeadLetter#describedFor}.
 */
public enum DeadLetterDialect {
  /** Ours: {@code events-dlq-topic} and so on, all of it text. */
  KAFKA_EVENTS(
      "events-dlq-topic",
      "events-dlq-partition",
      "events-dlq-offset",
      "events-dlq-timestamp",
      "events-dlq-group",
      "events-dlq-attempts",
      "events-dlq-exception"),
  /** Of Spring Kafka: {@code kafka_dlt-original-topic} and so on, its numbers binary. */
  SPRING(
      "kafka_dlt-original-topic",
      "kafka_dlt-original-partition",
      "kafka_dlt-original-offset",
      "kafka_dlt-original-timestamp",
      "kafka_dlt-original-consumer-group",
      "kafka_deliveryAttempt",
      "kafka_dlt-exception-fqcn"),
  /** Of Kafka Connect: {@code __connect.errors.topic} and so on. */
  CONNECT(
      "__connect.errors.topic",
      "__connect.errors.partition",
      "__connect.errors.offset",
      null,
      null,
      null,
      "__connect.errors.exception.class.name"),
  /** Of SmallRye Reactive Messaging: {@code dead-letter-topic} and so on. */
  SMALLRYE(
      "dead-letter-topic",
      "dead-letter-partition",
      "dead-letter-offset",
      null,
      null,
      "delayed-retry-count",
      "dead-letter-exception-class-name"),
  /** Of Kafka Streams: {@code __streams.errors.topic} and so on. */
  STREAMS(
      "__streams.errors.topic",
      "__streams.errors.partition",
      "__streams.errors.offset",
      null,
      null,
      null,
      "__streams.errors.exception"),
  /** Of brokers for share groups: {@code __dlq.errors.topic} and so on. */
  SHARE_GROUP(
      "__dlq.errors.topic",
      "__dlq.errors.partition",
      "__dlq.errors.offset",
      null,
      "__dlq.errors.group",
      "__dlq.errors.delivery.count",
      null);

  private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,249}");
  private static final Pattern GROUP = Pattern.compile("[^\\p{Cntrl}]{1,256}");
  private static final Pattern CLASS = Pattern.compile("[\\w.$]{1,256}");

  /** So many digits are always a long. */
  private static final int MOST_DIGITS = 18;

  /** Of a time in ISO-8601. */
  private static final int MOST_LETTERS = 30;

  /** A record is of a year of four digits. */
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");

  private final String topic;
  private final String partition;
  private final String offset;
  private final @Nullable String timestamp;
  private final @Nullable String group;
  private final @Nullable String attempts;
  private final @Nullable String exception;

  DeadLetterDialect(
      String topic,
      String partition,
      String offset,
      @Nullable String timestamp,
      @Nullable String group,
      @Nullable String attempts,
      @Nullable String exception) {
    this.topic = topic;
    this.partition = partition;
    this.offset = offset;
    this.timestamp = timestamp;
    this.group = group;
    this.attempts = attempts;
    this.exception = exception;
  }

  /**
   * What {@code letter} says in this dialect; null if it does not say a topic, a partition and an
   * offset. Anybody may write such headers: what can't be true is left out.
   */
  @Nullable DeadLetterOrigin read(Message letter) {
    Headers headers = letter.headers();
    String name = text(headers, topic, TOPIC);
    long number = number(headers, partition);
    long place = number(headers, offset);
    if (name == null || number < 0 || number > Integer.MAX_VALUE || place < 0) {
      return null;
    }
    long count = number(headers, attempts);
    return new DeadLetterOrigin(
        this,
        new Position(name, (int) number, place),
        timestamp == null ? letter.timestamp() : instant(headers, timestamp),
        text(headers, group, GROUP),
        count > 0 && count <= Integer.MAX_VALUE ? (int) count : null,
        text(headers, exception, CLASS));
  }

  private static @Nullable String text(Headers headers, @Nullable String name, Pattern legal) {
    String text = name == null ? null : headers.text(name);
    return text != null && legal.matcher(text).matches() ? text : null;
  }

  /** Not negative; -1 if there is none. */
  private long number(Headers headers, @Nullable String name) {
    byte[] value = name == null ? null : headers.value(name);
    if (value == null) {
      return -1;
    }
    if (this == SPRING) {
      return switch (value.length) {
        case Integer.BYTES -> Math.max(-1, ByteBuffer.wrap(value).getInt());
        case Long.BYTES -> Math.max(-1, ByteBuffer.wrap(value).getLong());
        default -> -1;
      };
    }
    if (value.length == 0 || value.length > MOST_DIGITS) {
      return -1;
    }
    long number = 0;
    for (byte digit : value) {
      if (digit < '0' || digit > '9') {
        return -1;
      }
      number = number * 10 + (digit - '0');
    }
    return number;
  }

  private @Nullable Instant instant(Headers headers, String name) {
    if (this == SPRING) {
      long millis = number(headers, name);
      return millis < 0 || millis > LATEST.toEpochMilli() ? null : Instant.ofEpochMilli(millis);
    }
    String text = headers.text(name);
    if (text == null || text.length() > MOST_LETTERS) {
      return null;
    }
    try {
      Instant instant = Instant.parse(text);
      return instant.isBefore(Instant.EPOCH) || instant.isAfter(LATEST) ? null : instant;
    } catch (DateTimeException notOurs) {
      return null;
    }
  }

  /** {@code headers} with those of this dialect in place of any of the same name. */
  Headers write(Headers headers, Retried record, String ofGroup, Throwable reason) {
    Position position = record.origin();
    Instant stored = record.timestamp();
    Headers written = headers.with(topic, position.topic());
    written = withNumber(written, partition, position.partition(), Integer.BYTES);
    written = withNumber(written, offset, position.offset(), Long.BYTES);
    if (timestamp != null) {
      written =
          stored == null
              ? written.without(timestamp)
              : withNumber(written, timestamp, stored.toEpochMilli(), Long.BYTES);
    }
    if (group != null) {
      written = written.with(group, ofGroup);
    }
    if (attempts != null) {
      written = withNumber(written, attempts, record.attempts(), Integer.BYTES);
    }
    return exception == null ? written : written.with(exception, reason.getClass().getName());
  }

  private Headers withNumber(Headers headers, String name, long number, int bytes) {
    byte[] value =
        this != SPRING
            ? String.valueOf(number).getBytes(UTF_8)
            : bytes == Integer.BYTES
                ? ByteBuffer.allocate(bytes).putInt((int) number).array()
                : ByteBuffer.allocate(bytes).putLong(number).array();
    return headers.without(name).add(name, value);
  }
}
