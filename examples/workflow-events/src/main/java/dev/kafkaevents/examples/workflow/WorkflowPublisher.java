package dev.kafkaevents.examples.workflow;

import dev.kafkaevents.EventPublisher;
import dev.kafkaevents.PublishException;
import dev.kafkaevents.PublishException.Outcome;
import dev.kafkaevents.PublishResult;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes workflow events, and knows of each what became of it when it returns. Safe for use by
 * many threads.
 */
final class WorkflowPublisher {
  private static final Logger LOG = LoggerFactory.getLogger(WorkflowPublisher.class);

  private final EventPublisher events;
  private final Duration patience;

  /**
   * @param patience how long to wait for the confirmation
   */
  WorkflowPublisher(EventPublisher events, Duration patience) {
    this.events = events;
    this.patience = patience;
  }

  /**
   * Publishes {@code event} and waits for the confirmation; logs where it is, or why it is not.
   * Does not throw: what Kafka does is in the result. If the thread is interrupted it still is
   * afterwards.
   */
  Publication publish(WorkflowEvent event) {
    return logged(event, send(event));
  }

  /** The same, and says nothing. */
  Publication send(WorkflowEvent event) {
    try {
      CompletableFuture<PublishResult> sent =
          events.publish(
              WorkflowEvent.TOPIC,
              events
                  .event(WorkflowEvent.TOPIC, event)
                  .withId(event.eventId())
                  .withTime(event.timestamp()));
      PublishResult result = sent.get(patience.toMillis(), TimeUnit.MILLISECONDS);
      return new Publication.Stored(result.position());
    } catch (ExecutionException e) {
      return e.getCause() instanceof PublishException failure
          ? new Publication.NotStored(
              failure.outcome() == Outcome.UNKNOWN, String.valueOf(failure.getMessage()))
          : new Publication.NotStored(false, String.valueOf(e.getCause()));
    } catch (TimeoutException e) {
      return new Publication.NotStored(true, "no confirmation within " + patience);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Publication.NotStored(true, "interrupted while waiting for the confirmation");
    } catch (RuntimeException e) {
      return new Publication.NotStored(false, e.toString());
    }
  }

  /** Logs {@code publication}, and returns it. */
  static Publication logged(WorkflowEvent event, Publication publication) {
    if (publication instanceof Publication.Stored stored) {
      LOG.info("published {} to {}", event, stored.at());
    } else if (publication instanceof Publication.NotStored not) {
      LOG.warn(
          "not published{}: {}: {}",
          not.mayYetBeStored() ? ", as far as is known" : "",
          event,
          not.reason());
    }
    return publication;
  }
}
