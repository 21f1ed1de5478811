package dev.kafkaevents.resilience;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.EventsException;
import dev.kafkaevents.Headers;
import dev.kafkaevents.Message;
import dev.kafkaevents.Position;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.Topic;
import dev.kafkaevents.UnavailableException;
import dev.kafkaevents.spi.DeliveryInterceptor;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a record whose delivery failed in another topic, and lets the subscription go on past it.
 * Installed before {@link Retry}, it sees what failed for good.
 *
 * <pre>{@code
 * builder
 *     .onDelivery(DeadLetter.toTopicWithSuffix(".dlq"))
 *     .onDelivery(Retry.upTo(5, Duration.ofMillis(100)));
 * }</pre>
 *
 * <p>The dead letter has the key, the value, the headers and the timestamp of the record, byte for
 * byte, and these headers of text in place of any of the same name:
 *
 * <ul>
 *   <li>{@code events-dlq-topic}, {@code -partition}, {@code -offset}: where the record is
 *   <li>{@code events-dlq-timestamp}: its timestamp, as ISO-8601 in UTC
 *   <li>{@code events-dlq-group}: the group that could not handle it
 *   <li>{@code events-dlq-attempts}: how many attempts there were
 *   <li>{@code events-dlq-exception}: the class of the last failure; never its message, which may
 *       quote the payload
 * </ul>
 *
 * <p>The offset may be committed only when all in-sync replicas have the dead letter, so waiting
 * for that holds the lane. If it can't be stored the delivery fails, and with it the subscription:
 * nothing is skipped. A crash in between stores it twice; topic, partition, offset and group
 * together tell.
 *
 * <p>An {@link InterruptedException}, an {@link UnavailableException} and any {@link Error} pass,
 * on their own or as what a future has failed with: they say nothing about the record.
 */
public final class DeadLetter implements DeliveryInterceptor {
  private static final Logger LOG = LoggerFactory.getLogger(DeadLetter.class);
  private static final String PREFIX = "events-dlq-";
  private static final Pattern LEGAL_SUFFIX = Pattern.compile("[a-zA-Z0-9._-]{1,248}");

  private final String name;
  private final boolean isSuffix;

  private DeadLetter(String name, boolean isSuffix) {
    this.name = name;
    this.isSuffix = isSuffix;
  }

  /** Each topic has a dead-letter topic of its own: its name and {@code suffix}. */
  public static DeadLetter toTopicWithSuffix(String suffix) {
    if (!LEGAL_SUFFIX.matcher(suffix).matches()) {
      throw new IllegalArgumentException(
          "dead-letter suffix \""
              + suffix
              + "\" is not legal: 1 to 248 of a-z A-Z 0-9 . _ -, such as .dlq");
    }
    return new DeadLetter(suffix, true);
  }

  /**
   * One dead-letter topic for all. A subscription to that topic itself fails at its first record.
   */
  public static DeadLetter toTopic(String name) {
    return new DeadLetter(Topic.of(name, byte[].class).name(), false);
  }

  @Override
  public Settlement intercept(Delivery<?> delivery, Chain chain) throws Exception {
    String source = delivery.topic().name();
    if (!isSuffix && name.equals(source)) {
      throw new EventsException(
          "the dead letters of topic %s would go to %s itself and come back for ever; group %s needs another dead-letter topic"
              .formatted(source, name, delivery.group()));
    }
    try {
      return chain.proceed(delivery);
    } catch (Exception failure) {
      Throwable reason = Failures.unwrapped(failure);
      if (Failures.isOfTheProcess(reason) || reason instanceof UnavailableException) {
        throw failure;
      }
      Failures.passInterruption(failure);
      Position at =
          store(
              letter(delivery, reason, isSuffix ? source + name : name), delivery, chain, failure);
      LOG.warn(
          "the record at {} is now a dead letter at {}: group {} failed {} times, at last with {}",
          delivery.position(),
          at,
          delivery.group(),
          delivery.attempt(),
          reason.getClass().getName());
      return Settlement.deadLettered(at, failure);
    }
  }

  private static Message letter(Delivery<?> delivery, Throwable reason, String topic) {
    Message record = delivery.message();
    Position position = delivery.position();
    Instant timestamp = record.timestamp();
    Headers headers =
        record
            .headers()
            .with(PREFIX + "topic", position.topic())
            .with(PREFIX + "partition", String.valueOf(position.partition()))
            .with(PREFIX + "offset", String.valueOf(position.offset()));
    headers =
        timestamp == null
            ? headers.without(PREFIX + "timestamp")
            : headers.with(PREFIX + "timestamp", timestamp.toString());
    return record
        .withTopic(topic)
        .withHeaders(
            headers
                .with(PREFIX + "group", delivery.group())
                .with(PREFIX + "attempts", String.valueOf(delivery.attempt()))
                .with(PREFIX + "exception", reason.getClass().getName()));
  }

  private static Position store(
      Message letter, Delivery<?> delivery, Chain chain, Exception failure)
      throws InterruptedException {
    try {
      return chain.publisher().send(letter).get();
    } catch (InterruptedException e) {
      e.addSuppressed(failure);
      throw e;
    } catch (ExecutionException e) {
      throw notStored(letter, delivery, e.getCause(), failure);
    } catch (RuntimeException e) {
      throw notStored(letter, delivery, e, failure);
    }
  }

  private static EventsException notStored(
      Message letter, Delivery<?> delivery, @Nullable Throwable cause, Exception failure)
      throws InterruptedException {
    Failures.passInterruption(failure);
    EventsException e =
        new EventsException(
            "the dead letter of %s could not be stored in topic %s, so group %s stops there; it goes on from there once it can be"
                .formatted(delivery.position(), letter.topic(), delivery.group()),
            cause);
    e.addSuppressed(failure);
    return e;
  }
}
