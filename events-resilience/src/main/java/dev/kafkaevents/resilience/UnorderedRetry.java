package dev.kafkaevents.resilience;

import dev.kafkaevents.Condition;
import dev.kafkaevents.Delivery;
import dev.kafkaevents.EventHandler;
import dev.kafkaevents.Events;
import dev.kafkaevents.EventsException;
import dev.kafkaevents.Message;
import dev.kafkaevents.Ordering;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.Topic;
import dev.kafkaevents.UnavailableException;
import dev.kafkaevents.spi.Beginning;
import dev.kafkaevents.spi.DeliveryInterceptor;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Tries a delivery that failed again much later, from a topic of its own, while the subscription
 * goes on past it. That gives up order: what comes after it with the same key is handled before it.
 * Where order matters there is {@link Retry}, which waits for minutes without harm.
 *
 * <pre>{@code
 * UnorderedRetry later = UnorderedRetry.after(Duration.ofMinutes(10), Duration.ofHours(2));
 * builder
 *     .onDelivery(DeadLetter.toTopicWithSuffix(".dlq"))
 *     .onDelivery(later)
 *     .onDelivery(Retry.upTo(3, Duration.ofMillis(100)));
 *
 * events.subscribe(ORDERS, billing, handler);
 * later.subscribe(events, ORDERS, billing, handler);
 * }</pre>
 *
 * <p>The retry topic is called {@code orders.billing.retry}, and has to be there. The record goes
 * there with its key, value and headers, and its delivery ends as skipped for {@code retried
 * later}. After the last delay the failure is thrown on as it is; its dead letter is that of the
 * first record, in the dead-letter topic of that. Failures that a later try would not help, as
 * {@link Retry} has them, are thrown on at once.
 *
 * <p>One subscription reads all of a retry topic, whatever the delays. What waits there waits with
 * its offset uncommitted and without a slot, so a crash loses nothing, and the time goes on
 * meanwhile. A crash between storing it there and committing it here has it there twice. As many
 * wait at once as {@link SubscribeOptions#maxInFlight}: behind so many, others begin to wait when
 * one of them is due. On Java 17 each of these has a thread.
 *
 * <p>Headers called {@code events-retry-…} say when a try is due, and which one it is. They count
 * on a retry topic only, which nobody else should be allowed to write, and no delay is longer than
 * that configured here.
 */
public final class UnorderedRetry implements DeliveryInterceptor {
  private static final Logger LOG = LoggerFactory.getLogger(UnorderedRetry.class);

  private static final Duration LONGEST = Duration.ofDays(7);

  /** How long a subscription to a retry topic may begin after the first failure. */
  private static final Duration READER_GRACE = Duration.ofSeconds(30);

  private final List<Duration> delays;
  private final List<FailureRule> rules;
  private final InstantSource clock;
  private final LetterBox box;
  private final LogLimit logging = new LogLimit();

  /** Retry topics, each with what completes when somebody here reads it. Shared by copies. */
  private final Map<String, CompletableFuture<Void>> readers;

  private UnorderedRetry(
      List<Duration> delays,
      List<FailureRule> rules,
      InstantSource clock,
      LetterBox box,
      Map<String, CompletableFuture<Void>> readers) {
    this.delays = delays;
    this.rules = rules;
    this.clock = clock;
    this.box = box;
    this.readers = readers;
  }

  /**
   * One more try after each of {@code delays}, which count from the failure before.
   *
   * @param delays at least one; each above zero and at most 7 days
   */
  public static UnorderedRetry after(Duration... delays) {
    if (delays.length == 0) {
      throw new IllegalArgumentException("there are no delays, must be at least one");
    }
    for (Duration delay : delays) {
      if (delay.isNegative() || delay.isZero() || delay.compareTo(LONGEST) > 0) {
        throw new IllegalArgumentException(
            "a delay is %s, must be above zero and at most %s".formatted(delay, LONGEST));
      }
    }
    return new UnorderedRetry(
        List.of(delays),
        List.of(),
        InstantSource.system(),
        new LetterBox("retry"),
        new ConcurrentHashMap<>());
  }

  /** The same, asking {@code rule} about a failure first, as {@link Retry#classifying} does. */
  public UnorderedRetry classifying(FailureRule rule) {
    List<FailureRule> more = new ArrayList<>(rules);
    more.add(rule);
    return new UnorderedRetry(delays, List.copyOf(more), clock, box, readers);
  }

  /**
   * Reads what {@code options.group()} tries again later of {@code topic}: each event when it is
   * due, without any order.
   *
   * @param events that this is installed in
   * @param options of the subscription to {@code topic}, of which ordering and stall time-out do
   *     not matter
   */
  public <T> Subscription subscribe(
      Events events, Topic<T> topic, SubscribeOptions options, EventHandler<T> handler) {
    return events.subscribe(
        topic.withName(Retried.topic(topic.name(), options.group())),
        options
            .withOrdering(Ordering.NONE)
            .withStallTimeout(longest().plus(options.stallTimeout())),
        handler);
  }

  private Duration longest() {
    return Collections.max(delays);
  }

  @Override
  public DeliveryInterceptor forSubscription(Beginning beginning) {
    String topic = beginning.topic().name();
    SubscribeOptions options = beginning.options();
    if (Retried.isRetryTopic(topic, options.group())) {
      if (options.ordering() != Ordering.NONE || options.stallTimeout().compareTo(longest()) <= 0) {
        throw new EventsException(
            "group %s reads retry topic %s with ordering %s and a stall time-out of %s, so that what waits there would hold up what is due, or seem stuck; use UnorderedRetry.subscribe, or Ordering.NONE and more than %s"
                .formatted(
                    options.group(), topic, options.ordering(), options.stallTimeout(), longest()));
      }
      reader(topic).complete(null);
    } else {
      String retries = beginning.topic().withName(Retried.topic(topic, options.group())).name();
      new TopicCheck("retry topic", topic, beginning.topics(), retries, beginning.topics())
          .keepingFor(longest());
    }
    return new UnorderedRetry(delays, rules, beginning.clock(), box.forSubscription(), readers);
  }

  @Override
  public List<String> contradictions(List<DeliveryInterceptor> inside) {
    return InstallOrder.settledInside(this, inside);
  }

  @Override
  public List<Condition> conditions() {
    return box.conditions();
  }

  @Override
  public Settlement intercept(Delivery<?> delivery, Chain chain) throws Exception {
    Retried before = Retried.of(delivery);
    if (before != null) {
      awaitDue(before, delivery, chain);
    }
    try {
      return chain.proceed(delivery);
    } catch (Exception failure) {
      Throwable reason = Failures.unwrapped(failure);
      int tries = before == null ? 0 : before.tries();
      if (tries >= delays.size()
          || Failures.isOfTheProcess(reason)
          || !Failures.classOf(reason, rules).mayPass()) {
        throw failure;
      }
      Failures.passInterruption(failure);
      Retried failed =
          (before == null ? Retried.first(delivery) : before).afterMore(delivery.attempt());
      keep(failed.next(due(delays.get(tries))), delivery, chain, failure);
      return Settlement.skipped("retried later");
    }
  }

  private Instant due(Duration delay) {
    return clock.instant().plus(delay);
  }

  private void awaitDue(Retried retried, Delivery<?> delivery, Chain chain)
      throws InterruptedException {
    Instant latest = due(delays.get(Math.min(retried.tries(), delays.size()) - 1));
    Instant due = retried.due().isBefore(latest) ? retried.due() : latest;
    for (Duration left = until(due); !left.isNegative() && !left.isZero(); left = until(due)) {
      chain.await(delivery, Hold.LANE, new CompletableFuture<>(), left);
    }
  }

  private Duration until(Instant due) {
    return Duration.between(clock.instant(), due);
  }

  private void keep(Retried retried, Delivery<?> delivery, Chain chain, Exception failure)
      throws Exception {
    String source = Retried.source(delivery.topic().name(), delivery.group());
    String topic = Retried.topic(source, delivery.group());
    requireReader(topic, source, delivery, chain, failure);
    Message record = delivery.message();
    // The time is the present: the retention of the topic must not remove what waits there.
    Message message =
        record.withTopic(topic).withTimestamp(null).withHeaders(retried.on(record.headers()));
    try {
      box.store(new Letter(chain.publisher(), message, message, delivery, chain, failure), false);
    } catch (EventsException e) {
      LOG.atWarn()
          .addKeyValue("event", "retry_not_stored")
          .addKeyValue("group", delivery.group())
          .addKeyValue("topic", delivery.position().topic())
          .addKeyValue("partition", delivery.position().partition())
          .addKeyValue("offset", delivery.position().offset())
          .setCause(e.getCause())
          .log("{}: it goes its way as after its last try", e.getMessage());
      throw failure;
    }
    LOG.atLevel(logging.levelOf(Level.INFO))
        .addKeyValue("event", "retried_later")
        .addKeyValue("group", delivery.group())
        .addKeyValue("topic", delivery.position().topic())
        .addKeyValue("partition", delivery.position().partition())
        .addKeyValue("offset", delivery.position().offset())
        .addKeyValue("attempts", retried.attempts())
        .addKeyValue("error", Failures.unwrapped(failure).getClass().getName())
        .addKeyValue("due", retried.due())
        .log(
            "the record at {} is tried again in group {} at {}, after {} attempts that failed, at last with {}",
            retried.origin(),
            delivery.group(),
            retried.due(),
            retried.attempts(),
            Failures.unwrapped(failure).getClass().getName());
  }

  /** What nobody reads would be lost in silence. */
  private void requireReader(
      String topic, String source, Delivery<?> delivery, Chain chain, Exception failure)
      throws InterruptedException {
    CompletableFuture<Void> reader = reader(topic);
    if (!reader.isDone()) {
      chain.await(delivery, Hold.LANE, reader, READER_GRACE);
    }
    if (!reader.isDone()) {
      UnavailableException e =
          new UnavailableException(
              "nobody here reads %s, where group %s is to try again later what failed at %s; add UnorderedRetry.subscribe for topic %s"
                  .formatted(topic, delivery.group(), delivery.position(), source));
      e.addSuppressed(failure);
      throw e;
    }
  }

  private CompletableFuture<Void> reader(String topic) {
    return readers.computeIfAbsent(topic, absent -> new CompletableFuture<>());
  }
}
