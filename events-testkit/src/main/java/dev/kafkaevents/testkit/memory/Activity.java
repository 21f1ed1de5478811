package dev.kafkaevents.testkit.memory;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.Position;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.spi.DeliveryInterceptor;
import dev.kafkaevents.spi.EventsProbe;
import dev.kafkaevents.testkit.memory.Step.Kind;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Which deliveries are under way. Thread-safe. */
final class Activity implements DeliveryInterceptor, EventsProbe {
  private final Timeline time;
  private final Map<Thread, Delivery<?>> delivering = new ConcurrentHashMap<>();

  Activity(Timeline time) {
    this.time = time;
  }

  @Override
  public Settlement intercept(Delivery<?> delivery, Chain chain) throws Exception {
    Thread me = Thread.currentThread();
    delivering.put(me, delivery);
    try {
      Settlement settlement =
          chain.proceed(time.isReplayed() ? new DeliveryInTurns<>(delivery, time) : delivery);
      time.point();
      return settlement;
    } finally {
      delivering.remove(me);
    }
  }

  // As a probe, where each thing that is done is told of.

  @Override
  public void delivered(Delivery<?> delivery) {
    did(Kind.DELIVERED, delivery.position(), "calls the handler for");
  }

  @Override
  public void settled(Delivery<?> delivery, Settlement settlement) {
    did(
        Kind.SETTLED,
        delivery.position(),
        settlement instanceof Settlement.DeadLettered
            ? "settled as a dead letter"
            : settlement instanceof Settlement.Skipped ? "skipped" : "settled");
  }

  @Override
  public void failed(Delivery<?> delivery, Throwable failure) {
    did(Kind.FAILED, delivery.position(), "failed at");
  }

  @Override
  public void retryScheduled(Delivery<?> delivery, Duration delay) {
    did(Kind.RETRY, delivery.position(), "waits " + delay + " to try again");
  }

  @Override
  public void committed(String group, String topic, int partition, long offset) {
    did(Kind.COMMITTED, new Position(topic, partition, offset), "committed");
  }

  @Override
  public void commitFailed(String group, String topic, int partition, Throwable failure) {
    did(Kind.COMMIT_FAILED, whole(topic, partition), "could not commit");
  }

  @Override
  public void assigned(String group, String topic, int partition) {
    did(Kind.ASSIGNED, whole(topic, partition), "has");
  }

  @Override
  public void revoked(String group, String topic, int partition) {
    did(Kind.REVOKED, whole(topic, partition), "gave up");
  }

  @Override
  public void lost(String group, String topic, int partition) {
    did(Kind.LOST, whole(topic, partition), "lost");
  }

  private static Position whole(String topic, int partition) {
    return new Position(topic, partition, -1);
  }

  private void did(Kind kind, Position at, String what) {
    String where = at.offset() < 0 ? at.topic() + "-" + at.partition() : at.toString();
    time.told(kind, at, what + " " + where);
  }

  /** What is under way, by where it was read. */
  String describe() {
    return delivering.isEmpty()
        ? "no handler is at work"
        : delivering.values().stream().map(delivery -> delivery.position().toString()).toList()
            + " at handlers";
  }
}
