package dev.kafkaevents.resilience;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.EventPublisher;
import dev.kafkaevents.EventsException;
import dev.kafkaevents.FailureClass;
import dev.kafkaevents.Headers;
import dev.kafkaevents.Message;
import dev.kafkaevents.Position;
import dev.kafkaevents.PublishException;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.Topic;
import dev.kafkaevents.UnavailableException;
import dev.kafkaevents.spi.DeliveryInterceptor;
import io.github.resilience4j.core.IntervalFunction;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a record whose delivery failed in another topic, and lets the subscription go on past it.
 * Installed before {@link Retry}, it sees what failed for good.
 *
 * <pre>{@code
 * builder
 *     .onDelivery(DeadLetter.toTopicWithSuffix(".dlq"))
 *     .onDelivery(Retry.upTo(5, Duration.ofMillis(100)));
 * }</pre>
 *
 * <p>The dead letter has the key, the value, the headers and the timestamp of the record, byte for
 * byte, and these headers of text in place of any of the same name:
 *
 * <ul>
 *   <li>{@code events-dlq-topic}, {@code -partition}, {@code -offset}: where the record is
 *   <li>{@code events-dlq-timestamp}: its timestamp, as ISO-8601 in UTC
 *   <li>{@code events-dlq-group}: the group that could not handle it
 *   <li>{@code events-dlq-attempts}: how many attempts there were
 *   <li>{@code events-dlq-exception}: the class of the last failure; never its message, which may
 *       quote the payload
 *   <li>{@code events-dlq-class}: the {@link FailureClass} of that failure, in lower case
 * </ul>
 *
 * <p>The offset may be committed only when all in-sync replicas have the dead letter, so waiting
 * for that holds the lane. If the cluster does not take it, for a reason that may pass, it is sent
 * again until it does. Other dead letters for that topic wait meanwhile, without a slot, and only
 * the lanes of these records with them: all else goes on until as many records are in flight as may
 * be. For any other reason (there is no such topic; it is too large for it), and for all reasons
 * with {@link #stoppingIfNotStored}, the delivery fails, and with it the subscription. Nothing is
 * skipped either way. A dead letter whose outcome is unknown may be stored twice, as it may be by a
 * crash; topic, partition, offset and group together tell.
 *
 * <p>An {@link InterruptedException}, an {@link UnavailableException} and any {@link Error} pass,
 * on their own or as what a future has failed with: they say nothing about the record.
 */
public final class DeadLetter implements DeliveryInterceptor {
  private static final Logger LOG = LoggerFactory.getLogger(DeadLetter.class);
  private static final String PREFIX = "events-dlq-";

  /** Dead letters are stored sooner than this as a rule, and then it does not pay to step aside. */
  private static final Duration STORED_SOON = Duration.ofMillis(100);

  private static final IntervalFunction BACK_OFF =
      IntervalFunction.ofExponentialRandomBackoff(
          Duration.ofMillis(100), 2, 0.5, Duration.ofSeconds(10));

  private static final Pattern LEGAL_SUFFIX = Pattern.compile("[a-zA-Z0-9._-]{1,248}");

  /**
   * Those that do not take dead letters at the moment, each with what completes when it may be
   * tried again. Sending to such a topic blocks, as the producer asks for its metadata: so one
   * delivery tries, and the others wait.
   */
  private final Map<Target, CompletableFuture<Void>> closed = new ConcurrentHashMap<>();

  private final String name;
  private final boolean isSuffix;
  private final boolean stopping;
  private final Set<DeadLetterDialect> others;

  private record Target(EventPublisher publisher, String topic) {}

  private DeadLetter(
      String name, boolean isSuffix, boolean stopping, Set<DeadLetterDialect> others) {
    this.name = name;
    this.isSuffix = isSuffix;
    this.stopping = stopping;
    this.others = others;
  }

  /** Each topic has a dead-letter topic of its own: its name and {@code suffix}. */
  public static DeadLetter toTopicWithSuffix(String suffix) {
    if (!LEGAL_SUFFIX.matcher(suffix).matches()) {
      throw new IllegalArgumentException(
          "dead-letter suffix \""
              + suffix
              + "\" is not legal: 1 to 248 of a-z A-Z 0-9 . _ -, such as .dlq");
    }
    return new DeadLetter(suffix, true, false, Set.of());
  }

  /**
   * One dead-letter topic for all. A subscription to that topic itself fails at its first record.
   */
  public static DeadLetter toTopic(String name) {
    return new DeadLetter(Topic.of(name, byte[].class).name(), false, false, Set.of());
  }

  /** The same, stopping the subscription at once if a dead letter can't be stored. */
  public DeadLetter stoppingIfNotStored() {
    return new DeadLetter(name, isSuffix, true, others);
  }

  /**
   * The same, with the headers besides ours that others' tools look for.
   *
   * @param dialect {@link DeadLetterDialect#SPRING} or {@link DeadLetterDialect#CONNECT}
   */
  public DeadLetter describedFor(DeadLetterDialect dialect) {
    if (dialect != DeadLetterDialect.SPRING && dialect != DeadLetterDialect.CONNECT) {
      throw new IllegalArgumentException(
          "headers of "
              + dialect
              + " can be read and not written; those of SPRING and CONNECT can be written");
    }
    return new DeadLetter(
        name,
        isSuffix,
        stopping,
        Stream.concat(others.stream(), Stream.of(dialect)).collect(Collectors.toUnmodifiableSet()));
  }

  @Override
  public Settlement intercept(Delivery<?> delivery, Chain chain) throws Exception {
    String source = delivery.topic().name();
    if (!isSuffix && name.equals(source)) {
      throw new EventsException(
          "the dead letters of topic %s would go to %s itself and come back for ever; group %s needs another dead-letter topic"
              .formatted(source, name, delivery.group()));
    }
    try {
      return chain.proceed(delivery);
    } catch (Exception failure) {
      Throwable reason = Failures.unwrapped(failure);
      if (Failures.isOfTheProcess(reason) || reason instanceof UnavailableException) {
        throw failure;
      }
      Failures.passInterruption(failure);
      Position at =
          store(
              letter(delivery, reason, isSuffix ? source + name : name), delivery, chain, failure);
      LOG.warn(
          "the record at {} is now a dead letter at {}: group {} failed {} times, at last with {}",
          delivery.position(),
          at,
          delivery.group(),
          delivery.attempt(),
          reason.getClass().getName());
      return Settlement.deadLettered(at, failure);
    }
  }

  private Message letter(Delivery<?> delivery, Throwable reason, String topic) {
    Message record = delivery.message();
    Position position = delivery.position();
    Instant timestamp = record.timestamp();
    Headers headers =
        record
            .headers()
            .with(PREFIX + "topic", position.topic())
            .with(PREFIX + "partition", String.valueOf(position.partition()))
            .with(PREFIX + "offset", String.valueOf(position.offset()));
    headers =
        timestamp == null
            ? headers.without(PREFIX + "timestamp")
            : headers.with(PREFIX + "timestamp", timestamp.toString());
    for (DeadLetterDialect other : others) {
      headers = other.write(headers, delivery, reason);
    }
    return record
        .withTopic(topic)
        .withHeaders(
            headers
                .with(PREFIX + "group", delivery.group())
                .with(PREFIX + "attempts", String.valueOf(delivery.attempt()))
                .with(PREFIX + "exception", reason.getClass().getName())
                .with(
                    PREFIX + "class",
                    Failures.classOf(reason, List.of()).name().toLowerCase(Locale.ROOT)));
  }

  private Position store(Message letter, Delivery<?> delivery, Chain chain, Exception failure)
      throws InterruptedException {
    Target target = new Target(chain.publisher(), letter.topic());
    CompletableFuture<Void> mine = new CompletableFuture<>();
    boolean isTrying = false;
    try {
      for (int failures = 1; ; failures++) {
        if (!isTrying) {
          awaitOpen(target, delivery, chain);
        }
        @Nullable Throwable cause;
        try {
          return stored(chain.publisher().send(letter), delivery, chain);
        } catch (ExecutionException e) {
          cause = e.getCause();
        } catch (RuntimeException e) {
          cause = e;
        }
        if (stopping
            || !(cause instanceof PublishException refusal)
            || !mayPass(refusal.failureClass())) {
          throw notStored(letter, delivery, cause, failure);
        }
        Failures.passInterruption(failure);
        isTrying = isTrying || closed.putIfAbsent(target, mine) == null;
        if (isTrying) {
          Duration delay = Duration.ofMillis(BACK_OFF.apply(failures));
          LOG.warn(
              "the dead letter of {} is not stored in topic {} yet, and is sent again in {}: {}",
              delivery.position(),
              letter.topic(),
              delay,
              refusal.getMessage());
          chain.await(delivery, Hold.LANE, new CompletableFuture<>(), delay);
        }
      }
    } catch (InterruptedException e) {
      e.addSuppressed(failure);
      throw e;
    } finally {
      if (isTrying) {
        closed.remove(target, mine);
        mine.complete(null);
      }
    }
  }

  private void awaitOpen(Target target, Delivery<?> delivery, Chain chain)
      throws InterruptedException {
    CompletableFuture<Void> mayBeTried = closed.get(target);
    while (mayBeTried != null) {
      chain.await(delivery, Hold.LANE, mayBeTried, Duration.ofMinutes(1));
      mayBeTried = closed.get(target);
    }
  }

  /** Waits for the acknowledgement, aside if it takes long, so that others have the slot. */
  private static Position stored(
      CompletableFuture<Position> sent, Delivery<?> delivery, Chain chain)
      throws InterruptedException, ExecutionException {
    try {
      return sent.get(STORED_SOON.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException notYet) {
      while (!sent.isDone()) {
        chain.await(delivery, Hold.LANE, sent, Duration.ofMinutes(1));
      }
      return sent.get();
    }
  }

  private static boolean mayPass(FailureClass why) {
    return switch (why) {
      case TRANSIENT, UNKNOWN_OUTCOME, BACK_PRESSURE, SECURITY -> true;
      case REJECTED, CONFIGURATION, CLIENT_LOST, TRANSACTION_ABORTED, GROUP_CHANGED, INTERRUPTED ->
          false;
    };
  }

  private static EventsException notStored(
      Message letter, Delivery<?> delivery, @Nullable Throwable cause, Exception failure)
      throws InterruptedException {
    Failures.passInterruption(failure);
    EventsException e =
        new EventsException(
            "the dead letter of %s could not be stored in topic %s, so group %s stops there; it goes on from there once it can be"
                .formatted(delivery.position(), letter.topic(), delivery.group()),
            cause);
    e.addSuppressed(failure);
    return e;
  }
}
