package dev.kafkaevents.resilience;

import dev.kafkaevents.Condition;
import dev.kafkaevents.Delivery;
import dev.kafkaevents.EventPublisher;
import dev.kafkaevents.Events;
import dev.kafkaevents.EventsException;
import dev.kafkaevents.FailureClass;
import dev.kafkaevents.Position;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.Topic;
import dev.kafkaevents.Topics;
import dev.kafkaevents.UnavailableException;
import dev.kafkaevents.spi.Beginning;
import dev.kafkaevents.spi.DeliveryInterceptor;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

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
 * <p>They are 2 KiB at most. A letter that is refused as it is, since with them it is too large for
 * the topic or the producer, is sent with topic, partition, offset and group only; what the record
 * has is never left out.
 *
 * <p>When a subscription begins, its dead-letter topic is looked at. The subscription fails if the
 * topic is not there, is the one it reads, may not be written, is compacted, takes smaller records,
 * or keeps them for less time. If the cluster of the dead letters does not answer, that is logged
 * and the subscription begins, unless {@link #stoppingIfNotStored}.
 *
 * <p>The offset may be committed only when all in-sync replicas have the dead letter, so waiting
 * for that holds the lane. If the cluster does not take it, for a reason that may pass, it is sent
 * again until it does. Other dead letters for that topic wait meanwhile, without a slot, and only
 * the lanes of these records with them: all else goes on until as many records are in flight as may
 * be. For any other reason (there is no such topic any more; it is too large for it even so), and
 * for all reasons with {@link #stoppingIfNotStored}, the delivery fails, and with it the
 * subscription. With {@link #spoolingTo} letters are kept on disk meanwhile. Nothing is skipped
 * either way. A dead letter whose outcome is unknown may be stored twice, as it may be by a crash;
 * topic, partition, offset and group together tell.
 *
 * <p>An {@link InterruptedException}, an {@link UnavailableException} and any {@link Error} pass,
 * on their own or as what a future has failed with: they say nothing about the record.
 */
public final class DeadLetter implements DeliveryInterceptor {
  private static final Logger LOG = LoggerFactory.getLogger(DeadLetter.class);

  private static final Pattern LEGAL_SUFFIX = Pattern.compile("[a-zA-Z0-9._-]{1,248}");

  /** What happens to the topic when a subscription begins. */
  private enum AtStart {
    CHECKED,
    CREATED,
    UNCHECKED
  }

  /** Where letters go, and what is done if they can't. Changed by nobody once it is in use. */
  private static final class Options implements Cloneable {
    final String name;
    final boolean isSuffix;
    boolean stopping;
    Set<DeadLetterDialect> others = Set.of();
    AtStart atStart = AtStart.CHECKED;
    @Nullable Events elsewhere;
    @Nullable Spool spool;

    Options(String name, boolean isSuffix) {
      this.name = name;
      this.isSuffix = isSuffix;
    }

    @Override
    public Options clone() {
      try {
        return (Options) super.clone();
      } catch (CloneNotSupportedException e) {
        throw new AssertionError(e);
      }
    }
  }

  private final LetterBox box;
  private final LogLimit logging = new LogLimit();
  private final Options options;
  private final @Nullable LetterSpool spool;

  private DeadLetter(Options options) {
    this(options, new LetterBox("dead letter"));
  }

  private DeadLetter(Options options, LetterBox box) {
    this.options = options;
    this.box = box;
    this.spool = options.spool == null ? null : new LetterSpool(options.spool, box);
  }

  /** Each topic has a dead-letter topic of its own: its name and {@code suffix}. */
  public static DeadLetter toTopicWithSuffix(String suffix) {
    if (!LEGAL_SUFFIX.matcher(suffix).matches()) {
      throw new IllegalArgumentException(
          "dead-letter suffix \""
              + suffix
              + "\" is not legal: 1 to 248 of a-z A-Z 0-9 . _ -, such as .dlq");
    }
    return new DeadLetter(new Options(suffix, true));
  }

  /** One dead-letter topic for all. A subscription to that topic itself fails when it begins. */
  public static DeadLetter toTopic(String name) {
    return new DeadLetter(new Options(Topic.of(name, byte[].class).name(), false));
  }

  private DeadLetter with(Consumer<Options> change) {
    Options changed = options.clone();
    change.accept(changed);
    return new DeadLetter(changed);
  }

  /** The same, stopping the subscription at once if a dead letter can't be stored. */
  public DeadLetter stoppingIfNotStored() {
    return with(changed -> changed.stopping = true);
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
    Set<DeadLetterDialect> others =
        Stream.concat(options.others.stream(), Stream.of(dialect))
            .collect(Collectors.toUnmodifiableSet());
    return with(changed -> changed.others = others);
  }

  /**
   * The same on another cluster, or with a producer of its own: {@code elsewhere} stores the dead
   * letters, and checks their topics. It stays the caller's to close, after the subscriptions.
   *
   * <pre>{@code
   * Events graveyard = KafkaEvents.builder(EventsConfig.of("shop", "dead:9092")).build();
   * builder.onDelivery(DeadLetter.toTopicWithSuffix(".dlq").storedBy(graveyard));
   * }</pre>
   */
  public DeadLetter storedBy(Events elsewhere) {
    return with(changed -> changed.elsewhere = elsewhere);
  }

  /**
   * The same, keeping on disk what the dead-letter topic does not take for a reason that may pass.
   * Then the delivery is settled, as a dead letter whose position is not known: its partition and
   * offset are -1. It is sent when the topic takes it, after what was kept before it, and may be
   * stored twice. What does not fit into the spool waits, or stops the subscription, as without
   * one.
   *
   * @param spool for these dead letters alone
   */
  public DeadLetter spoolingTo(Spool spool) {
    return with(changed -> changed.spool = spool);
  }

  /**
   * The same, creating a dead-letter topic that is not there when a subscription begins: with as
   * many partitions, as large records and as long a retention as the topic it reads has.
   */
  public DeadLetter creatingTopics() {
    return with(changed -> changed.atStart = AtStart.CREATED);
  }

  /**
   * The same, looking at no topic when a subscription begins: for clusters that create topics by
   * themselves. What is wrong with a dead-letter topic is then found by the first dead letter.
   */
  public DeadLetter uncheckedAtStart() {
    return with(changed -> changed.atStart = AtStart.UNCHECKED);
  }

  @Override
  public DeliveryInterceptor forSubscription(Beginning beginning) {
    String source = Retried.source(beginning.topic().name(), beginning.options().group());
    String target = target(source);
    Events elsewhere = options.elsewhere;
    if (elsewhere == null && target.equals(source)) {
      throw new EventsException(
          "the dead letters of topic %s would go to %s itself and come back for ever; group %s needs another dead-letter topic"
              .formatted(source, target, beginning.options().group()));
    }
    if (spool != null) {
      spool.sendThrough(elsewhere == null ? beginning.publisher() : elsewhere);
    }
    if (options.atStart == AtStart.UNCHECKED) {
      return new DeadLetter(options, box.forSubscription());
    }
    Topics targets = elsewhere == null ? beginning.topics() : elsewhere.topics();
    try {
      new TopicCheck("dead-letter topic", source, beginning.topics(), target, targets)
          .run(options.atStart == AtStart.CREATED);
    } catch (UnavailableException e) {
      if (options.stopping) {
        throw e;
      }
      LOG.atWarn()
          .addKeyValue("event", "dead_letter_topic_unchecked")
          .addKeyValue("group", beginning.options().group())
          .addKeyValue("topic", source)
          .addKeyValue("target", target)
          .log(
              "group {} begins to read topic {} although its dead-letter topic {} could not be looked"
                  + " at: {}",
              beginning.options().group(),
              source,
              target,
              e.getMessage());
    }
    return new DeadLetter(options, box.forSubscription());
  }

  @Override
  public List<Condition> conditions() {
    return options.spool == null
        ? box.conditions()
        : Stream.concat(box.conditions().stream(), Stream.of(options.spool.contents())).toList();
  }

  @Override
  public Settlement intercept(Delivery<?> delivery, Chain chain) throws Exception {
    try {
      return chain.proceed(delivery);
    } catch (Exception failure) {
      Throwable reason = Failures.unwrapped(failure);
      if (Failures.isOfTheProcess(reason) || reason instanceof UnavailableException) {
        throw failure;
      }
      Failures.passInterruption(failure);
      Position at = store(delivery, chain, reason, failure);
      LOG.atLevel(logging.levelOf(Level.WARN))
          .addKeyValue("event", "dead_letter_stored")
          .addKeyValue("group", delivery.group())
          .addKeyValue("topic", delivery.position().topic())
          .addKeyValue("partition", delivery.position().partition())
          .addKeyValue("offset", delivery.position().offset())
          .addKeyValue("target", at.topic())
          .addKeyValue("attempts", delivery.attempt())
          .addKeyValue("error", reason.getClass().getName())
          .log(
              "the record at {} is now a dead letter {} {}: group {} failed {} times, at last with {}",
              delivery.position(),
              at.offset() < 0 ? "in the spool, for topic" : "at",
              at.offset() < 0 ? at.topic() : at,
              delivery.group(),
              delivery.attempt(),
              reason.getClass().getName());
      return Settlement.deadLettered(at, failure);
    }
  }

  private Position store(Delivery<?> delivery, Chain chain, Throwable reason, Exception failure)
      throws InterruptedException {
    LetterHeaders headers =
        new LetterHeaders(
            delivery, reason, target(Retried.source(delivery.topic().name(), delivery.group())));
    EventPublisher publisher = options.elsewhere == null ? chain.publisher() : options.elsewhere;
    Letter letter =
        new Letter(
            publisher, headers.full(options.others), headers.least(), delivery, chain, failure);
    return spool == null
        ? box.store(letter, options.stopping)
        : spool.store(letter, options.stopping);
  }

  private String target(String source) {
    return options.isSuffix ? source + options.name : options.name;
  }
}
