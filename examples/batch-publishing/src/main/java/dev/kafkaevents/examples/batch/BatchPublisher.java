package dev.kafkaevents.examples.batch;

import dev.kafkaevents.EventPublisher;
import dev.kafkaevents.Topic;
import dev.kafkaevents.UnsentException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;

/**
 * Publishes a batch of any size: none of its events waits for another, and no more than a fixed
 * number are in flight. What fails is kept with its reason, and the others go on. Memory holds what
 * is in flight and what has failed, and nothing else. Safe for use by many threads.
 */
final class BatchPublisher<T> {
  private final EventPublisher events;
  private final Topic<T> topic;
  private final int mostInFlight;
  private final int mostFailures;

  /** An event that was not published, as far as is known. */
  record Failure<T>(T event, Throwable reason) {}

  /**
   * What became of a batch.
   *
   * @param published how many events are stored
   * @param failures the events that are not, with the reason
   * @param unsent how many had no outcome when the flush timed out; they may yet be stored
   * @param isWhole whether all of the batch was tried
   */
  record Report<T>(long published, List<Failure<T>> failures, long unsent, boolean isWhole) {}

  /**
   * A publisher with bounds.
   *
   * @param mostInFlight how many events may have no outcome yet: enough to fill the batches of the
   *     producer, and little enough for the heap
   * @param mostFailures after how many failures it stops: then it is not the events that are wrong
   */
  BatchPublisher(EventPublisher events, Topic<T> topic, int mostInFlight, int mostFailures) {
    this.events = events;
    this.topic = topic;
    this.mostInFlight = mostInFlight;
    this.mostFailures = mostFailures;
  }

  /**
   * Publishes all events of {@code batch}, each made only when there is room for it, and returns
   * when all have an outcome.
   *
   * @param timeout how long the last of them may take
   */
  Report<T> publish(Iterator<T> batch, Duration timeout) throws InterruptedException {
    Semaphore room = new Semaphore(mostInFlight);
    LongAdder published = new LongAdder();
    List<Failure<T>> failures = Collections.synchronizedList(new ArrayList<>());
    while (batch.hasNext() && failures.size() < mostFailures) {
      room.acquire();
      T event = batch.next();
      var unused =
          events
              .publish(topic, event)
              .whenComplete(
                  (stored, failure) -> {
                    if (failure == null) {
                      published.increment();
                    } else {
                      failures.add(new Failure<>(event, reason(failure)));
                    }
                    room.release();
                  });
    }
    long unsent = flush(timeout);
    return new Report<>(published.sum(), List.copyOf(failures), unsent, !batch.hasNext());
  }

  /** What hangs on the futures is done when this returns, too. */
  private long flush(Duration timeout) {
    try {
      events.flush(timeout);
      return 0;
    } catch (UnsentException e) {
      return e.unsent();
    }
  }

  private static Throwable reason(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause : failure;
  }
}
