package dev.kafkaevents.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.Event;
import dev.kafkaevents.EventPublisher;
import dev.kafkaevents.Message;
import dev.kafkaevents.Position;
import dev.kafkaevents.SerdeException;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.Topic;
import dev.kafkaevents.spi.DeliveryInterceptor;
import dev.kafkaevents.spi.DeliveryInterceptor.Hold;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A record on its way to its handler, through all its attempts. Confined to the thread that
 * delivers it.
 *
 * <p>It is also what its first interceptor goes on with, which so costs no object; each further one
 * has a {@link DeliveryChain}.
 */
final class KafkaDelivery<T> implements Delivery<T>, DeliveryInterceptor.Chain {
  final Deliveries<T> deliveries;
  final AssignedPartition partition;
  final Workers workers;
  private final ConsumerRecord<byte[], byte[]> record;
  private int attempt = 1;
  private @Nullable Event<T> event;

  /** Whether it is one of {@link AssignedPartition#holders}. */
  private boolean holding;

  KafkaDelivery(
      Deliveries<T> deliveries,
      AssignedPartition partition,
      Workers workers,
      ConsumerRecord<byte[], byte[]> record) {
    this.deliveries = deliveries;
    this.partition = partition;
    this.workers = workers;
    this.record = record;
  }

  @Override
  public Settlement proceed(Delivery<?> delivery) throws Exception {
    return deliveries.proceed(1, delivery, this);
  }

  @Override
  public Settlement retry(Delivery<?> delivery, Duration delay) throws Exception {
    awaitRetry(delivery, delay);
    return proceed(delivery);
  }

  /** Waits until the next attempt is due. */
  void awaitRetry(Delivery<?> delivery, Duration delay) throws InterruptedException {
    deliveries.probe().retryScheduled(delivery, delay);
    letGoOn();
    workers.awaitRetry(delay, partition);
    attempt++;
    decodeAnew();
  }

  @Override
  public void await(Delivery<?> delivery, Hold hold, CompletionStage<?> ready, Duration atMost)
      throws InterruptedException {
    if (hold == Hold.PARTITION && !holding) {
      holding = true; // So that nothing more of it begins.
      workers.hold(partition);
    }
    workers.await(ready, atMost, partition);
    decodeAnew();
  }

  @Override
  public EventPublisher publisher() {
    return deliveries.publisher();
  }

  /** What an attempt does to the payload must not reach the next one. */
  private void decodeAnew() {
    event = null;
  }

  /** Lets its partition go on, if this holds it. */
  void letGoOn() {
    if (holding) {
      holding = false;
      workers.letGoOn(partition);
    }
  }

  @Override
  public Topic<T> topic() {
    return deliveries.topic();
  }

  @Override
  public String group() {
    return deliveries.group();
  }

  @Override
  public Position position() {
    return new Position(topic().name(), record.partition(), record.offset());
  }

  @Override
  public int attempt() {
    return attempt;
  }

  @Override
  public Message message() {
    Message message =
        Message.of(topic().name(), record.key(), record.value())
            .withHeaders(new KafkaHeaders(record.headers()));
    // A record of the oldest format has none, which the client calls -1.
    return record.timestamp() < 0
        ? message
        : message.withTimestamp(Instant.ofEpochMilli(record.timestamp()));
  }

  @Override
  public @Nullable String key() {
    return record.key() == null ? null : new String(record.key(), UTF_8);
  }

  @Override
  public boolean isTombstone() {
    return record.value() == null;
  }

  @Override
  public Event<T> event() {
    Event<T> decoded = event;
    if (decoded == null) {
      if (isTombstone()) {
        throw new SerdeException(
            "the record at " + position() + " is a tombstone: it has no event");
      }
      decoded = deliveries.codec().decode(record);
      event = decoded;
    }
    return decoded;
  }

  /** Where it is and which attempt; never key or payload. */
  @Override
  public String toString() {
    return "delivery of " + position() + " to " + group() + ", attempt " + attempt;
  }
}
