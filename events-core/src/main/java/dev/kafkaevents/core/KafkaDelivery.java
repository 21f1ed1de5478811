package dev.kafkaevents.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.Event;
import dev.kafkaevents.Message;
import dev.kafkaevents.Position;
import dev.kafkaevents.SerdeException;
import dev.kafkaevents.Topic;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A record on its way to its handler, through all its attempts. Confined to the thread that
 * delivers it.
 */
final class KafkaDelivery<T> implements Delivery<T> {
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

  void nextAttempt() {
    attempt++;
    decodeAnew();
  }

  /** What an attempt does to the payload must not reach the next one. */
  void decodeAnew() {
    event = null;
  }

  /** Lets nothing more of its partition begin. */
  void hold() {
    if (!holding) {
      holding = true;
      workers.hold(partition);
    }
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
