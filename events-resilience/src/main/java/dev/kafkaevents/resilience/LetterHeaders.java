package dev.kafkaevents.resilience;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.FailureClass;
import dev.kafkaevents.Headers;
import dev.kafkaevents.Message;
import dev.kafkaevents.Position;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Makes the dead letter of a record: all of the record, and headers about the failure. */
final class LetterHeaders {
  private static final String PREFIX = "events-dlq-";

  /** All of ours; together they never exceed 2 KiB. */
  private static final List<String> NAMES =
      List.of(
          "topic", "partition", "offset", "timestamp", "group", "attempts", "exception", "class");

  /** A longer name of a class is cut. */
  private static final int MOST_CHARS = 256;

  private final Delivery<?> delivery;
  private final Throwable reason;
  private final String topic;

  /** Not the retry topic it may have come from, but what it is a retry of. */
  private final Retried record;

  private final Headers headers;

  LetterHeaders(Delivery<?> delivery, Throwable reason, String topic) {
    this.delivery = delivery;
    this.reason = reason;
    this.topic = topic;
    Retried retried = Retried.of(delivery);
    this.record =
        (retried == null ? Retried.first(delivery) : retried).afterMore(delivery.attempt());
    Headers headers = delivery.message().headers();
    this.headers = withoutOurs(retried == null ? headers : Retried.without(headers));
  }

  /** With all that is known, and in {@code others} besides. */
  Message full(Set<DeadLetterDialect> others) {
    Instant timestamp = record.timestamp();
    Headers full = withPosition();
    if (timestamp != null) {
      full = full.with(PREFIX + "timestamp", timestamp.toString());
    }
    for (DeadLetterDialect other : others) {
      full = other.write(full, record, delivery.group(), reason);
    }
    FailureClass failureClass = Failures.classOf(reason, List.of());
    return letter(
        full.with(PREFIX + "group", delivery.group())
            .with(PREFIX + "attempts", String.valueOf(record.attempts()))
            .with(PREFIX + "exception", cut(reason.getClass().getName()))
            .with(PREFIX + "class", failureClass.name().toLowerCase(Locale.ROOT)));
  }

  /** With no more than where it is from and whose it is, which a replay needs. */
  Message least() {
    return letter(withPosition().with(PREFIX + "group", delivery.group()));
  }

  private Message letter(Headers headers) {
    return delivery
        .message()
        .withTopic(topic)
        .withTimestamp(record.timestamp())
        .withHeaders(headers);
  }

  private Headers withPosition() {
    Position position = record.origin();
    return headers
        .with(PREFIX + "topic", position.topic())
        .with(PREFIX + "partition", String.valueOf(position.partition()))
        .with(PREFIX + "offset", String.valueOf(position.offset()));
  }

  private static Headers withoutOurs(Headers headers) {
    Headers others = headers;
    for (String name : NAMES) {
      others = others.without(PREFIX + name);
    }
    return others;
  }

  private static String cut(String text) {
    return text.length() > MOST_CHARS ? text.substring(0, MOST_CHARS) : text;
  }
}
