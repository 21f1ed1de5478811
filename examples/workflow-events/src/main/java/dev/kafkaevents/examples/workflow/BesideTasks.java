package dev.kafkaevents.examples.workflow;

import dev.kafkaevents.Events;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Publishes beside the work: whoever offers an event goes on at once, and Kafka, whatever it does,
 * neither fails nor delays a task. Events are published one after the other, in the order they were
 * offered. What is not published is logged and counted. Safe for use by many threads.
 */
final class BesideTasks implements AutoCloseable {
  private static final int MOST_WAITING = 1_000;
  private static final Duration CLOSE = Duration.ofMillis(500);

  private final Events events;
  private final WorkflowPublisher publisher;
  private final ThreadPoolExecutor thread;
  private final Queue<Offered> offered = new ConcurrentLinkedQueue<>();
  private final AtomicLong published = new AtomicLong();
  private final AtomicLong notPublished = new AtomicLong();

  private record Offered(WorkflowEvent event, CompletableFuture<Publication> publication) {}

  /** Closes {@code events} with itself. */
  BesideTasks(Events events, Duration patience) {
    this.events = events;
    this.publisher = new WorkflowPublisher(events, patience);
    this.thread =
        new ThreadPoolExecutor(
            1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MOST_WAITING), BesideTasks::daemon);
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "workflow-events");
    thread.setDaemon(true); // it may hang, in a look-up of a host for example
    return thread;
  }

  /** Returns at once, and never throws. */
  void offer(WorkflowEvent event) {
    Offered each = new Offered(event, new CompletableFuture<>());
    offered.add(each);
    try {
      thread.execute(() -> settle(each, publisher.send(event)));
    } catch (RejectedExecutionException e) {
      String why = thread.isShutdown() ? "closed" : MOST_WAITING + " others are waiting";
      settle(each, new Publication.NotStored(false, why));
    }
  }

  /** Once for each event, by whoever is first. */
  private void settle(Offered each, Publication publication) {
    if (offered.remove(each)) {
      (publication.isStored() ? published : notPublished).incrementAndGet();
      WorkflowPublisher.logged(each.event(), publication);
      each.publication().complete(publication);
    }
  }

  /**
   * Waits until what was offered so far has its outcome, for {@code atMost}. If the thread is
   * interrupted it waits no longer, and still is interrupted afterwards.
   */
  void await(Duration atMost) {
    CompletableFuture<?>[] all =
        offered.stream().map(Offered::publication).toArray(CompletableFuture<?>[]::new);
    try {
      CompletableFuture.allOf(all).get(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException notYet) {
      // and so it is counted when this is closed, or when Kafka answers
    } catch (ExecutionException e) {
      throw new AssertionError(e); // they are completed normally
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** How many events are known to be on the topic. */
  long published() {
    return published.get();
  }

  /** How many are not, as far as is known. */
  long notPublished() {
    return notPublished.get();
  }

  /** Gives up what has no outcome yet. Takes a moment at most. */
  @Override
  public void close() {
    for (Offered each : offered) {
      settle(each, new Publication.NotStored(true, "Kafka did not answer in time"));
    }
    thread.shutdownNow();
    Thread closing = daemon(() -> events.close(CLOSE));
    closing.start();
    try {
      closing.join(CLOSE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
