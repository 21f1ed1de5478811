package dev.kafkaevents.core;

import dev.kafkaevents.Drain;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.spi.EventsProbe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The poll loop of one subscription: a state machine whose every turn is {@link #runOnce}. It owns
 * the consumer and all that is {@link Connected} with it; all methods run on the poll thread, but
 * for {@link #wakeUp} and those that tell how it is. No code of the user runs here, and it never
 * waits for a handler except when partitions are given up.
 */
final class SubscriptionLoop {
  private static final Logger LOG = LoggerFactory.getLogger(SubscriptionLoop.class);

  private static final Duration POLL = Duration.ofMillis(100);

  /** Short enough to find soon that a worker that was thought quick is not. */
  private static final Duration POLL_WITH_BACKLOG = Duration.ofMillis(5);

  private static final Duration WAIT_FOR_ROOM = Duration.ofMillis(50);
  private static final Duration COMMIT_AT_LEAST = Duration.ofSeconds(1);
  private static final Duration AFTER_INTERRUPT = Duration.ofMillis(500);

  private final KafkaSubscription<?> subscription;
  private final Assembly assembly;
  private final EventsRuntime runtime;
  private final Lanes lanes;
  private final Workers workers;
  private final InFlight inFlight;
  private final Trouble trouble;
  private final ClientMetrics clientMetrics = new ClientMetrics();

  private final ClientLife life = new ClientLife();

  /** How many records were taken, ever, and not let go of by a consumer that was replaced. */
  private long taken;

  private volatile long turnedNanos;

  /** Set once. Others may only wake the consumer, and look at what is shown. */
  private volatile @Nullable Connected connected;

  /** What there is as soon as there is a consumer. */
  private record Connected(
      Consumer<byte[], byte[]> consumer,
      Committer committer,
      Pauses pauses,
      Assignment assignment,
      Watch watch) {}

  SubscriptionLoop(
      KafkaSubscription<?> subscription, Assembly assembly, Workers workers, InFlight inFlight) {
    this.subscription = subscription;
    this.assembly = assembly;
    this.runtime = assembly.runtime();
    SubscribeOptions options = subscription.options();
    this.lanes = new Lanes(options.ordering(), options.maxInFlight());
    this.workers = workers;
    this.inFlight = inFlight;
    this.trouble = new Trouble(subscription, subscription::hasBeenAssigned, runtime);
    this.turnedNanos = runtime.nanoTime();
  }

  // What any thread may call.

  /** Makes the poll thread look at what it was asked for. */
  void wakeUp() {
    Connected made = connected;
    if (made != null) {
      made.consumer.wakeup();
    }
  }

  /** The partitions it has. */
  List<AssignedPartition> shown() {
    Connected made = connected;
    return made == null ? List.of() : made.assignment.shown();
  }

  /** What is wrong at the moment; null if nothing is. */
  @Nullable String trouble() {
    return trouble.text();
  }

  ClientMetrics clientMetrics() {
    return clientMetrics;
  }

  Duration sinceLastTurn() {
    return Duration.ofNanos(Math.max(0, runtime.nanoTime() - turnedNanos));
  }

  // What the poll thread does.

  /** All of it, from connecting to letting go. */
  void run() {
    try {
      connect();
      while (runOnce()) {
        // Each turn looks for itself whether there is to be another.
      }
    } catch (Throwable e) {
      subscription.fail(null, e);
    }
    Drain drain = new Drain(0, 0);
    try {
      drain = letGoOfAll();
    } catch (RuntimeException e) {
      subscription.fail(null, e);
    } finally {
      workers.close();
      closeConsumer(atLeast(COMMIT_AT_LEAST, subscription.timeLeft()));
      subscription.ended(drain);
    }
  }

  private void connect() {
    String topicOnCluster = topicOnCluster();
    Connector connector = new Connector(assembly, subscription, topicOnCluster);
    Consumer<byte[], byte[]> consumer = newConsumer(connector);
    connector.requireTopic(consumer);
    subscription.begin();
    consumer.subscribe(List.of(topicOnCluster), connected().assignment);
  }

  private Consumer<byte[], byte[]> newConsumer(Connector connector) {
    EventsProbe probe = assembly.probe();
    SubscribeOptions options = subscription.options();
    String topic = subscription.topic().name();
    Consumer<byte[], byte[]> consumer = connector.newConsumer();
    clientMetrics.areOf(consumer::metrics);
    Committer committer = new Committer(consumer, runtime, probe, options.group(), topic);
    Pauses pauses =
        new Pauses(consumer, workers, probe, options.group(), topic, options.maxInFlight());
    Assignment assignment =
        new Assignment(subscription, consumer, committer, workers, inFlight, pauses, probe);
    Watch watch = new Watch(consumer, runtime, probe, subscription);
    connected = new Connected(consumer, committer, pauses, assignment, watch);
    life.begins(runtime.nanoTime());
    return consumer;
  }

  private String topicOnCluster() {
    return assembly.names().topic(subscription.topic().name());
  }

  /** In place of a consumer that is in no group any more. */
  private void connectAnew() {
    LOG.atWarn()
        .addKeyValue("event", "consumer_replaced")
        .addKeyValue("group", subscription.options().group())
        .addKeyValue("topic", subscription.topic().name())
        .log("{} was refused and has no partitions, and joins its group anew", subscription);
    closeConsumer(Duration.ZERO);
    taken -= connected().assignment.dropped();
    Consumer<byte[], byte[]> consumer =
        newConsumer(new Connector(assembly, subscription, topicOnCluster()));
    consumer.subscribe(List.of(topicOnCluster()), connected().assignment);
  }

  /** Of the newer protocol one is dead for good once its heartbeat was refused, and is silent. */
  private boolean hasDied(Assignment assignment) {
    return life.isOver()
        && assignment.partitions().isEmpty()
        && assembly.settings().isOfNewerProtocol()
        && life.mayBegin(turnedNanos);
  }

  private Connected connected() {
    Connected made = connected;
    if (made == null) {
      throw new IllegalStateException("not connected yet");
    }
    return made;
  }

  /** One turn; false if there is to be none after it. */
  boolean runOnce() {
    if (subscription.isToStop()) {
      return false;
    }
    turnedNanos = runtime.nanoTime();
    if (hasDied(connected().assignment)) {
      connectAnew();
    }
    Connected now = connected();
    try {
      long settled = taken - now.assignment.dropped() - inFlight.records();
      boolean committing = now.committer.tick(now.assignment.partitions(), settled);
      boolean looked = now.watch.tick(now.assignment.partitions());
      if (committing || looked || workers.haveHoldsChanged()) {
        now.pauses.lookAgain();
      }
      boolean full = inFlight.isFullAfter(WAIT_FOR_ROOM);
      now.pauses.apply(now.assignment.partitions(), full, subscription.pausesAskedFor());
      workers.nudge();
      Duration wait = full ? Duration.ZERO : workers.isIdle() ? POLL : POLL_WITH_BACKLOG;
      take(now.assignment, now.consumer.poll(wait));
      trouble.wentWell();
      if (life.isOver() && trouble.text() == null && !now.assignment.partitions().isEmpty()) {
        life.goesOn(); // It was refused, and has its partitions all the same.
      }
    } catch (WakeupException askedFor) {
      LOG.trace("{} was woken", subscription);
    } catch (InterruptException e) {
      throw e; // Nobody but this class has the thread.
    } catch (KafkaException e) {
      trouble.met(e);
      if (Trouble.isOfSecurity(e)) {
        life.ends(e);
      }
    }
    return true;
  }

  private void take(Assignment assignment, ConsumerRecords<byte[], byte[]> records) {
    List<Lane> toQueue = new ArrayList<>();
    for (TopicPartition id : records.partitions()) {
      Segment segment = assignment.take(id, records.records(id));
      taken += segment.size;
      inFlight.taken(segment.left());
      toQueue.addAll(lanes.distribute(segment));
    }
    for (Map.Entry<TopicPartition, OffsetAndMetadata> next : records.nextOffsets().entrySet()) {
      assignment.get(next.getKey()).positionIs(next.getValue());
    }
    if (!toQueue.isEmpty()) {
      workers.add(toQueue);
    }
  }

  private Drain letGoOfAll() {
    Connected made = connected;
    if (made == null) {
      return new Drain(0, 0);
    }
    Assignment assignment = made.assignment;
    int before = inFlight.records();
    long droppedBefore = assignment.dropped();
    assignment.stopStarting();
    if (!workers.awaitQuiet(assignment.partitions(), subscription.timeLeft())) {
      LOG.atWarn()
          .addKeyValue("event", "handlers_interrupted")
          .addKeyValue("group", subscription.options().group())
          .addKeyValue("topic", subscription.topic().name())
          .log(
              "{} interrupts handlers that still run; their events are delivered again",
              subscription);
      subscription.abandon();
      workers.interruptAll();
      workers.awaitQuiet(assignment.partitions(), AFTER_INTERRUPT);
    }
    if (subscription.isFenced()) {
      assignment.lose();
    } else {
      commitThroughRebalances(made);
      assignment.letGo();
    }
    long abandoned = assignment.dropped() - droppedBefore;
    return new Drain(before - abandoned, abandoned);
  }

  /**
   * A commit has to wait for a rebalance that is under way, and only polling brings that to its
   * end.
   */
  private void commitThroughRebalances(Connected made) {
    long start = runtime.nanoTime();
    Duration timeout = atLeast(COMMIT_AT_LEAST, subscription.timeLeft());
    while (!made.committer.commitNow(made.assignment.partitions(), timeout)) {
      if (runtime.nanoTime() - start > timeout.toNanos()) {
        LOG.atWarn()
            .addKeyValue("event", "close_uncommitted")
            .addKeyValue("group", subscription.options().group())
            .addKeyValue("topic", subscription.topic().name())
            .log(
                "{} closes during a rebalance that takes too long to commit; events may be delivered"
                    + " again",
                subscription);
        return;
      }
      try {
        made.consumer.pause(made.consumer.assignment());
        made.consumer.poll(POLL); // What it returns all the same is not taken, nor committed.
      } catch (WakeupException meantForTheLoop) {
        LOG.trace("{} was woken", subscription);
      }
    }
  }

  private void closeConsumer(Duration timeout) {
    Connected made = connected;
    if (made == null) {
      return;
    }
    try {
      made.consumer.close(CloseOptions.timeout(timeout));
    } catch (RuntimeException e) {
      LOG.atWarn()
          .addKeyValue("event", "leave_failed")
          .addKeyValue("group", subscription.options().group())
          .addKeyValue("topic", subscription.topic().name())
          .addKeyValue("error", e.getClass().getName())
          .setCause(e)
          .log(
              "{} could not leave its group in order; the group will notice by itself",
              subscription);
    }
  }

  private static Duration atLeast(Duration least, Duration duration) {
    return duration.compareTo(least) < 0 ? least : duration;
  }
}
