package dev.kafkaevents.examples.quickstart;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.Event;
import dev.kafkaevents.EventHandler;
import dev.kafkaevents.Events;
import dev.kafkaevents.EventsException;
import dev.kafkaevents.Position;
import dev.kafkaevents.PublishResult;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.spi.EventsBuilder;
import dev.kafkaevents.spi.EventsPlugin;
import dev.kafkaevents.spi.EventsProbe;
import dev.kafkaevents.spi.PublishInterceptor;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Watches a run from where an application can: it numbers what is published and waits for what
 * became of it, stands before and behind the handler, and is told how each delivery ends. What it
 * sees goes to those that check. Safe for use by many threads.
 */
final class Watch implements EventsPlugin, EventsProbe {
  private static final String NUMBER = "quickstart-number";

  /** More than a producer's batches need, and little enough for a heap of any size. */
  static final int IN_FLIGHT = 2_000;

  private final Ledger ledger;
  private final KeyOrder order;
  private final DeadLetters letters;
  private final Duration patience;

  private final Semaphore room = new Semaphore(IN_FLIGHT);
  private final AtomicLong numbers = new AtomicLong();
  private final AtomicInteger atOnce = new AtomicInteger();
  private final AtomicInteger mostAtOnce = new AtomicInteger();
  private final AtomicLong retries = new AtomicLong();
  private final AtomicLong retriedEvents = new AtomicLong();
  private final Set<Integer> assigned = ConcurrentHashMap.newKeySet();
  private volatile boolean reassigned;
  private volatile @Nullable Events events;

  Watch(Ledger ledger, KeyOrder order, DeadLetters letters, Duration patience) {
    this.ledger = ledger;
    this.order = order;
    this.letters = letters;
    this.patience = patience;
  }

  @Override
  public void install(EventsBuilder builder) {
    builder.onPublish(this::number).probe(this);
  }

  private CompletableFuture<PublishResult> number(Event<?> event, PublishInterceptor.Chain chain) {
    return chain.proceed(event.withHeader(NUMBER, Long.toString(numbers.incrementAndGet())));
  }

  /**
   * Waits until {@code subscription} has its partitions, so that the time taken is the time for the
   * events.
   */
  @SuppressWarnings("FutureReturnValueIgnored") // the ledger is told
  void begin(Events events, Subscription subscription) throws InterruptedException {
    this.events = events;
    subscription
        .stopped()
        .whenComplete(
            (nothing, failure) -> ledger.stopped(failure == null ? null : unwrap(failure)));
    if (!subscription.awaitAssigned(patience)) {
      throw new EventsException("the subscription got no partitions" + because(), ledger.trouble());
    }
  }

  /** Closes what was begun, before its end. */
  void close(Duration timeout) {
    Events begun = events;
    if (begun != null) {
      begun.close(timeout);
    }
  }

  /** An event was handed to the publisher. Waits until there is room for the next. */
  void published(CompletableFuture<PublishResult> publish) throws InterruptedException {
    sent(publish.thenApply(PublishResult::position));
  }

  /**
   * Bytes were handed to the publisher. Waits until there is room for more.
   *
   * @throws EventsException if something has failed, after which to go on would be for nothing
   */
  @SuppressWarnings("FutureReturnValueIgnored") // the ledger is told
  void sent(CompletableFuture<Position> send) throws InterruptedException {
    ledger.begins();
    send.whenComplete(
        (position, failure) -> {
          if (failure == null) {
            ledger.stored(position);
          } else {
            ledger.failed(unwrap(failure));
          }
          room.release();
        });
    room.acquire();
    if (ledger.trouble() != null) {
      throw new EventsException("published no further" + because(), ledger.trouble());
    }
  }

  /**
   * Waits until each record has an outcome, for as long as there is progress.
   *
   * @throws EventsException if there is none
   */
  void awaitAllSettled() throws InterruptedException {
    if (!ledger.awaitSettled(patience)) {
      throw new EventsException("waited no longer" + because(), ledger.trouble());
    }
  }

  private String because() {
    Throwable trouble = ledger.trouble();
    return trouble == null
        ? ", since nothing happened for %d s".formatted(patience.toSeconds())
        : ": " + trouble.getMessage();
  }

  private static Throwable unwrap(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause : failure;
  }

  /** The same handler, seen from before and behind. */
  <T> EventHandler<T> over(EventHandler<T> handler) {
    return delivery -> {
      String key = delivery.key();
      String number = delivery.event().headers().text(NUMBER);
      if (key == null || number == null) {
        throw new IllegalStateException("no key or no number at " + delivery.position());
      }
      order.starts(key, Long.parseLong(number), delivery.position());
      mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
      try {
        handler.handle(delivery);
      } finally {
        atOnce.decrementAndGet();
      }
      ledger.accepted(delivery.position());
    };
  }

  @Override
  public void retryScheduled(Delivery<?> delivery, Duration delay) {
    retries.incrementAndGet();
    if (delivery.attempt() == 1) {
      retriedEvents.incrementAndGet();
    }
  }

  @Override
  public void settled(Delivery<?> delivery, Settlement settlement) {
    if (settlement instanceof Settlement.DeadLettered deadLettered) {
      letters.expect(delivery.message(), deadLettered);
    }
    ledger.settled(delivery.position(), settlement);
  }

  @Override
  public void assigned(String group, String topic, int partition) {
    if (!assigned.add(partition)) {
      reassigned = true;
    }
  }

  /** How many handlers ran at once when there were most. */
  int mostAtOnce() {
    return mostAtOnce.get();
  }

  /** Attempts after the first of an event. */
  long retries() {
    return retries.get();
  }

  /** Events that took more than one attempt. */
  long retriedEvents() {
    return retriedEvents.get();
  }

  /**
   * Whether a partition was taken away and came back, after which events may be delivered again.
   */
  boolean wasReassigned() {
    return reassigned;
  }
}
