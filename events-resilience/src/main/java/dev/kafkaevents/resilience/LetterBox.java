package dev.kafkaevents.resilience;

import dev.kafkaevents.Condition;
import dev.kafkaevents.Delivery;
import dev.kafkaevents.EventPublisher;
import dev.kafkaevents.EventsException;
import dev.kafkaevents.FailureClass;
import dev.kafkaevents.Message;
import dev.kafkaevents.Position;
import dev.kafkaevents.PublishException;
import dev.kafkaevents.spi.DeliveryInterceptor.Hold;
import io.github.resilience4j.core.IntervalFunction;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores messages on behalf of deliveries, and waits with their lanes until they are. While a topic
 * takes nothing one delivery tries it and the others wait for that one, since sending to such a
 * topic blocks, as the producer asks for its metadata. Used by many threads at once.
 */
final class LetterBox {
  private static final Logger LOG = LoggerFactory.getLogger(LetterBox.class);

  /** They are stored sooner than this as a rule, and then it does not pay to step aside. */
  private static final Duration STORED_SOON = Duration.ofMillis(100);

  private static final IntervalFunction BACK_OFF =
      IntervalFunction.ofExponentialRandomBackoff(
          Duration.ofMillis(100), 2, 0.5, Duration.ofSeconds(10));

  /** Topics that take nothing at the moment, with what completes when they may be tried again. */
  private final Map<Target, CompletableFuture<Void>> closed;

  /** Deliveries that wait for such a topic. */
  private final AtomicInteger blocked = new AtomicInteger();

  /** What the messages are, such as "dead letter". */
  private final String what;

  private record Target(EventPublisher publisher, String topic) {}

  LetterBox(String what) {
    this(what, new ConcurrentHashMap<>());
  }

  private LetterBox(String what, Map<Target, CompletableFuture<Void>> closed) {
    this.what = what;
    this.closed = closed;
  }

  /** The same with a count of its own. */
  LetterBox forSubscription() {
    return new LetterBox(what, closed);
  }

  List<Condition> conditions() {
    return List.of(new Condition.PutAsideBlocked(blocked.get()));
  }

  /**
   * Stores {@code letter}; returns where it is.
   *
   * @param stopping whether to give up at the first failure, whatever it is
   * @throws EventsException if it can't be stored, and that does not pass by itself
   */
  Position store(Letter letter, boolean stopping) throws InterruptedException {
    Delivery<?> delivery = letter.delivery();
    Target target = new Target(letter.publisher(), letter.message().topic());
    CompletableFuture<Void> mine = new CompletableFuture<>();
    Message next = letter.message();
    boolean isTrying = false;
    boolean isBlocked = closed.containsKey(target);
    blocked.addAndGet(isBlocked ? 1 : 0);
    try {
      for (int failures = 1; ; failures++) {
        if (!isTrying) {
          awaitOpen(target, letter);
        }
        @Nullable Throwable cause;
        try {
          return stored(letter.publisher().send(next), letter);
        } catch (ExecutionException e) {
          cause = e.getCause();
          if (Spool.isSpooled(cause)) {
            return Spool.at(letter.message()); // Its publisher has it on disk, and sends it.
          }
        } catch (RuntimeException e) {
          cause = e;
        }
        if (isRefused(cause) && next != letter.smaller()) {
          next = letter.smaller();
          continue;
        }
        if (stopping || !(cause instanceof PublishException refusal) || !mayPass(refusal)) {
          throw notStored(letter, cause);
        }
        Failures.passInterruption(letter.failure());
        blocked.addAndGet(isBlocked ? 0 : 1);
        isBlocked = true;
        isTrying = isTrying || closed.putIfAbsent(target, mine) == null;
        if (isTrying) {
          Duration delay = Duration.ofMillis(BACK_OFF.apply(failures));
          LOG.atWarn()
              .addKeyValue("event", "put_aside_blocked")
              .addKeyValue("group", delivery.group())
              .addKeyValue("topic", delivery.position().topic())
              .addKeyValue("partition", delivery.position().partition())
              .addKeyValue("offset", delivery.position().offset())
              .addKeyValue("target", target.topic)
              .addKeyValue("failures", failures)
              .addKeyValue("delay", delay)
              .log(
                  "the {} of {} is not stored in topic {} yet, and is sent again in {}: {}",
                  what,
                  delivery.position(),
                  target.topic,
                  delay,
                  refusal.getMessage());
          letter.chain().await(delivery, Hold.LANE, new CompletableFuture<>(), delay);
        }
      }
    } catch (InterruptedException e) {
      e.addSuppressed(letter.failure());
      throw e;
    } finally {
      blocked.addAndGet(isBlocked ? -1 : 0);
      if (isTrying) {
        closed.remove(target, mine);
        mine.complete(null);
      }
    }
  }

  private void awaitOpen(Target target, Letter letter) throws InterruptedException {
    CompletableFuture<Void> mayBeTried = closed.get(target);
    while (mayBeTried != null) {
      letter.chain().await(letter.delivery(), Hold.LANE, mayBeTried, Duration.ofMinutes(1));
      mayBeTried = closed.get(target);
    }
  }

  /** Waits for the acknowledgement, aside if it takes long, so that others have the slot. */
  static Position stored(CompletableFuture<Position> sent, Letter letter)
      throws InterruptedException, ExecutionException {
    try {
      return sent.get(STORED_SOON.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException notYet) {
      while (!sent.isDone()) {
        letter.chain().await(letter.delivery(), Hold.LANE, sent, Duration.ofMinutes(1));
      }
      return sent.get();
    }
  }

  private static boolean isRefused(@Nullable Throwable cause) {
    return cause instanceof PublishException e && e.failureClass() == FailureClass.REJECTED;
  }

  /** Whether that it is not stored is for a reason that passes by itself. */
  static boolean mayPass(@Nullable Throwable cause) {
    return cause instanceof PublishException e
        && switch (e.failureClass()) {
          case TRANSIENT, UNKNOWN_OUTCOME, BACK_PRESSURE, SECURITY -> true;
          case REJECTED,
              CONFIGURATION,
              CLIENT_LOST,
              TRANSACTION_ABORTED,
              GROUP_CHANGED,
              INTERRUPTED ->
              false;
        };
  }

  private EventsException notStored(Letter letter, @Nullable Throwable cause)
      throws InterruptedException {
    Failures.passInterruption(letter.failure());
    Delivery<?> delivery = letter.delivery();
    EventsException e =
        new EventsException(
            "the %s of %s could not be stored in topic %s, so group %s stops there; it goes on from there once it can be"
                .formatted(what, delivery.position(), letter.message().topic(), delivery.group()),
            cause);
    e.addSuppressed(letter.failure());
    return e;
  }
}
