package dev.kafkaevents.observability;

import dev.kafkaevents.Subscription;
import dev.kafkaevents.Topic;
import dev.kafkaevents.spi.EventsProbe;
import java.time.Duration;

/** Counts what happens to a subscription between its deliveries. Thread-safe. */
final class MeasuredSubscription implements EventsProbe {
  private final SubscriptionMeters.Known known;

  MeasuredSubscription(SubscriptionMeters.Known known) {
    this.known = known;
  }

  @Override
  public void subscribed(String group, Topic<?> topic, Subscription subscription) {
    known.of(topic.name(), group).watch(subscription);
    known.keepFresh();
  }

  @Override
  public void committed(String group, String topic, int partition, long offset) {
    known.of(topic, group).commits.increment();
  }

  @Override
  public void commitFailed(String group, String topic, int partition, Throwable failure) {
    known.of(topic, group).commitFailures.increment();
  }

  @Override
  public void assigned(String group, String topic, int partition) {
    known.of(topic, group).assigned.increment();
  }

  @Override
  public void revoked(String group, String topic, int partition) {
    known.of(topic, group).revoked.increment();
  }

  @Override
  public void lost(String group, String topic, int partition) {
    known.of(topic, group).lost.increment();
  }

  @Override
  public void settledLate(String group, String topic, int partition, int records) {
    known.of(topic, group).settledLate.increment(records);
  }

  @Override
  public void stalled(String group, String topic, int partition, long offset, Duration since) {
    known.of(topic, group).stalls.increment();
  }
}
