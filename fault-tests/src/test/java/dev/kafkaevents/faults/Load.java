package dev.kafkaevents.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaevents.Events;
import dev.kafkaevents.PublishResult;
import dev.kafkaevents.Topic;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Publishes at a steady rate, over many keys, whatever happens meanwhile. It is the clock too. */
final class Load implements AutoCloseable {
  private static final int KEYS = 200;
  private static final int TICKS_PER_SECOND = 100;

  private final Events events;
  private final Topic<Step> topic;
  private final Steps steps = new Steps();
  private final AtomicInteger published = new AtomicInteger();
  private final AtomicInteger acknowledged = new AtomicInteger();
  private final AtomicLong longestHold = new AtomicLong();
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();
  private final ScheduledExecutorService ticks = Executors.newSingleThreadScheduledExecutor();

  private Load(Events events, Topic<Step> topic) {
    this.events = events;
    this.topic = topic;
  }

  static Load start(Events events, String topic) {
    Load load = new Load(events, Step.topic(topic));
    load.ticks.scheduleAtFixedRate(
        load::tick, 0, 1_000_000 / TICKS_PER_SECOND, TimeUnit.MICROSECONDS);
    return load;
  }

  private void tick() {
    for (int i = 0; i < Scale.EVENTS_PER_SECOND / TICKS_PER_SECOND; i++) {
      Step step = steps.next("key-" + published.getAndIncrement() % KEYS);
      long began = System.nanoTime();
      CompletableFuture<PublishResult> result = events.publish(topic, step);
      longestHold.accumulateAndGet(System.nanoTime() - began, Math::max);
      result.whenComplete(
          (stored, failure) -> {
            if (failure == null) {
              acknowledged.incrementAndGet();
            } else {
              failures.add(failure);
            }
          });
    }
  }

  /** How long a call of publish took at most, since this was last asked. */
  Duration longestHold() {
    return Duration.ofNanos(longestHold.getAndSet(0));
  }

  /** Waits until all is acknowledged that was published by now; how long that took. */
  Duration awaitAcknowledged() {
    int until = published.get();
    long began = System.nanoTime();
    await().atMost(Duration.ofMinutes(1)).until(() -> acknowledged.get() >= until);
    return Duration.ofNanos(System.nanoTime() - began);
  }

  /** Lets it go on for as long. */
  void goOnFor(Duration duration) {
    int until = published.get() + (int) (duration.toMillis() * Scale.EVENTS_PER_SECOND / 1_000);
    await().atMost(duration.plusSeconds(60)).until(() -> published.get() >= until);
  }

  /** Ends it; everything is acknowledged then. */
  @Override
  public void close() {
    ticks.shutdown();
    await().atMost(Duration.ofMinutes(1)).until(ticks::isTerminated);
    events.flush(Duration.ofMinutes(2));
    assertThat(failures).isEmpty();
  }
}
