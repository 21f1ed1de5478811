package dev.kafkaevents.observability;

import dev.kafkaevents.Condition;
import dev.kafkaevents.Drain;
import dev.kafkaevents.PartitionHealth;
import dev.kafkaevents.PublisherHealth;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.SubscriptionException;
import dev.kafkaevents.SubscriptionHealth;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A subscription, and a publisher, whose clients know all of their metrics, until they close. */
final class KnownClients implements Subscription, SubscriptionHealth, PublisherHealth {
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();
  private volatile State state = State.RUNNING;

  @Override
  public OptionalDouble clientMetric(String group, String name) {
    return OptionalDouble.of(1);
  }

  @Override
  public State state() {
    return state;
  }

  @Override
  public boolean isClosed() {
    return state == State.CLOSED;
  }

  @Override
  public void close() {
    state = State.CLOSED;
  }

  @Override
  public Drain close(Duration timeout) {
    close();
    return new Drain(0, 0);
  }

  @Override
  public SubscriptionHealth health() {
    return this;
  }

  @Override
  public CompletableFuture<Void> stopped() {
    return stopped;
  }

  @Override
  public boolean awaitAssigned(Duration timeout) {
    return true;
  }

  @Override
  public void pause() {}

  @Override
  public void pause(Set<Integer> partitions) {}

  @Override
  public void resume() {}

  @Override
  public void resume(Set<Integer> partitions) {}

  @Override
  public OptionalLong lag() {
    return SubscriptionHealth.super.lag();
  }

  @Override
  public @Nullable SubscriptionException failure() {
    return null;
  }

  @Override
  public @Nullable String trouble() {
    return null;
  }

  @Override
  public Duration sinceLastTurn() {
    return Duration.ZERO;
  }

  @Override
  public boolean isStalled() {
    return false;
  }

  @Override
  public List<PartitionHealth> partitions() {
    return List.of();
  }

  @Override
  public long settledLate() {
    return 0;
  }

  @Override
  public List<Condition> conditions() {
    return List.of(new Condition.RetryBudget(1));
  }

  @Override
  public long unsent() {
    return 0;
  }

  @Override
  public long outcomes() {
    return 0;
  }

  @Override
  public int connections() {
    return 1;
  }

  @Override
  public double freeBuffer() {
    return 1;
  }
}
