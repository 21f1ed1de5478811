package dev.kafkaevents.core;

import dev.kafkaevents.Drain;
import dev.kafkaevents.EventsException;
import dev.kafkaevents.spi.EventsProbe;
import dev.kafkaevents.spi.PauseReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The poll loop of one subscription: a state machine whose every turn is {@link #runOnce}. It owns
 * the consumer, the assigned partitions and the commits; all methods run on the poll thread, but
 * for {@link #wakeUp}. No code of the user runs here, and it never waits for a handler except when
 * partitions are given up.
 *
 * <p>Giving up is always in this order: start nothing more, let what runs finish, commit, let go.
 * What is let go counts for nothing afterwards, whenever it finishes.
 */
final class SubscriptionLoop implements ConsumerRebalanceListener {
  private static final Logger LOG = LoggerFactory.getLogger(SubscriptionLoop.class);

  private static final Duration POLL = Duration.ofMillis(100);

  /** Short enough to find soon that a worker that was thought quick is not. */
  private static final Duration POLL_WITH_BACKLOG = Duration.ofMillis(5);

  private static final Duration WAIT_FOR_ROOM = Duration.ofMillis(50);
  private static final Duration COMMITTED_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration COMMIT_AT_LEAST = Duration.ofSeconds(1);
  private static final Duration AFTER_INTERRUPT = Duration.ofMillis(500);

  /** How long a topic that was just created may take to be known everywhere. */
  private static final Duration TOPIC_GRACE = Duration.ofSeconds(5);

  private final KafkaSubscription<?> subscription;
  private final Assembly assembly;
  private final EventsRuntime runtime;
  private final EventsProbe probe;
  private final String topic;
  private final String topicOnCluster;
  private final String group;
  private final Lanes lanes;
  private final Workers workers;
  private final InFlight inFlight;

  private final Map<TopicPartition, AssignedPartition> assigned = new HashMap<>();
  private Set<PauseReason> pauseReasons = Set.of();
  private boolean assignmentChanged;

  /** How many records were taken, ever. */
  private long taken;

  /** How many records were let go of unsettled, ever. */
  private long dropped;

  /** Set once; only {@link Consumer#wakeup} may be called by other threads. */
  private volatile @Nullable Consumer<byte[], byte[]> consumer;

  private @Nullable Committer committer;

  SubscriptionLoop(
      KafkaSubscription<?> subscription, Assembly assembly, Workers workers, InFlight inFlight) {
    this.subscription = subscription;
    this.assembly = assembly;
    this.runtime = assembly.runtime();
    this.probe = assembly.probe();
    this.topic = subscription.topic().name();
    this.topicOnCluster = assembly.names().topic(topic);
    this.group = subscription.options().group();
    this.lanes = new Lanes(subscription.options().ordering(), subscription.options().concurrency());
    this.workers = workers;
    this.inFlight = inFlight;
  }

  /** Makes the poll thread look at what it was asked for. Any thread. */
  void wakeUp() {
    Consumer<byte[], byte[]> made = consumer;
    if (made != null) {
      made.wakeup();
    }
  }

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
      closeConsumer();
      subscription.ended(drain);
    }
  }

  private void connect() {
    Consumer<byte[], byte[]> made = newConsumer();
    consumer = made;
    committer = new Committer(made, runtime, probe, group, topic);
    requireTopic(made);
    made.subscribe(List.of(topicOnCluster), this);
  }

  private Consumer<byte[], byte[]> newConsumer() {
    try {
      return assembly
          .clients()
          .consumer(assembly.settings().consumer(assembly.names().group(group)));
    } catch (KafkaException e) {
      Throwable reason = e.getCause() == null ? e : e.getCause();
      throw new EventsException(
          "no consumer could be made for "
              + assembly.config().bootstrapServers()
              + ": "
              + reason.getMessage(),
          e);
    }
  }

  private void requireTopic(Consumer<byte[], byte[]> made) {
    String address = assembly.config().bootstrapServers();
    Duration startTimeout = assembly.config().startTimeout();
    long start = runtime.nanoTime();
    while (!subscription.isToStop()) {
      Duration spent = Duration.ofNanos(runtime.nanoTime() - start);
      List<PartitionInfo> partitions;
      try {
        partitions =
            made.partitionsFor(topicOnCluster, atLeast(Duration.ZERO, startTimeout.minus(spent)));
      } catch (WakeupException askedFor) {
        continue;
      } catch (TimeoutException e) {
        throw new EventsException(
            "no Kafka cluster answered at "
                + address
                + " within "
                + startTimeout
                + "; check the address, and that it runs",
            e);
      }
      if (partitions != null && !partitions.isEmpty()) {
        return;
      }
      if (spent.compareTo(TOPIC_GRACE) > 0 || spent.compareTo(startTimeout.dividedBy(2)) > 0) {
        throw new EventsException(
            "the cluster at "
                + address
                + " has no topic "
                + topicOnCluster
                + "; create it, or check its name");
      }
      LockSupport.parkNanos(this, POLL.toNanos());
    }
  }

  /** One turn; false if there is to be none after it. */
  boolean runOnce() {
    if (subscription.isToStop()) {
      return false;
    }
    committer().tick(assigned.values(), taken - dropped - inFlight.records());
    boolean full = inFlight.isFullAfter(WAIT_FOR_ROOM);
    applyPauses(full);
    workers.nudge();
    try {
      take(consumer().poll(full ? Duration.ZERO : workers.isIdle() ? POLL : POLL_WITH_BACKLOG));
    } catch (WakeupException askedFor) {
      LOG.trace("{} was woken", subscription);
    } catch (RetriableException e) {
      LOG.warn("{} could not read, and goes on trying: {}", subscription, e.getMessage());
      LockSupport.parkNanos(this, POLL.toNanos());
    }
    return true;
  }

  private void take(ConsumerRecords<byte[], byte[]> records) {
    List<Lane> toQueue = new ArrayList<>();
    for (TopicPartition id : records.partitions()) {
      Segment segment = assigned(id).take(records.records(id));
      taken += segment.records.size();
      inFlight.taken(segment.left());
      toQueue.addAll(lanes.distribute(segment));
    }
    for (Map.Entry<TopicPartition, OffsetAndMetadata> next : records.nextOffsets().entrySet()) {
      assigned(next.getKey()).positionIs(next.getValue());
    }
    if (!toQueue.isEmpty()) {
      workers.add(toQueue);
    }
  }

  private AssignedPartition assigned(TopicPartition id) {
    AssignedPartition partition = assigned.get(id);
    if (partition == null) {
      throw new IllegalStateException(
          "Kafka's consumer returned records of " + id + ", which is not assigned to " + group);
    }
    return partition;
  }

  /**
   * Pauses all or resumes all, whenever the reasons or the assignment have changed. What is paused
   * already, the consumer alone remembers.
   */
  private void applyPauses(boolean full) {
    Set<PauseReason> reasons = EnumSet.noneOf(PauseReason.class);
    if (subscription.isPauseAsked()) {
      reasons.add(PauseReason.USER);
    }
    if (full) {
      reasons.add(PauseReason.BACK_PRESSURE);
    }
    if (reasons.equals(pauseReasons) && !assignmentChanged) {
      return;
    }
    pauseReasons = reasons;
    assignmentChanged = false;
    if (reasons.isEmpty()) {
      consumer().resume(assigned.keySet());
    } else {
      consumer().pause(assigned.keySet());
    }
    assigned.keySet().forEach(id -> probe.paused(group, topic, id.partition(), reasons));
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> added) {
    Map<TopicPartition, OffsetAndMetadata> committed =
        added.isEmpty() ? Map.of() : committed(Set.copyOf(added));
    for (TopicPartition id : added) {
      assigned.put(id, newPartition(id, committed.get(id)));
      probe.assigned(group, topic, id.partition());
    }
    assignmentChanged = true;
    subscription.assignedOnce();
  }

  private AssignedPartition newPartition(TopicPartition id, @Nullable OffsetAndMetadata committed) {
    if (committed == null) {
      return new AssignedPartition(id);
    }
    SettledAhead ahead = SettledAhead.decode(committed.offset(), committed.metadata());
    if (ahead == null) {
      if (!committed.metadata().isEmpty()) {
        LOG.warn(
            "the committed offset {} of {} in group {} has metadata that is not ours, which is ignored",
            committed.offset(),
            id,
            group);
      }
      ahead = SettledAhead.NONE;
    }
    return new AssignedPartition(id, committed.offset(), ahead);
  }

  /** Without an answer more is delivered again than need be, and nothing worse. */
  private Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> ids) {
    while (true) {
      try {
        return consumer().committed(ids, COMMITTED_TIMEOUT);
      } catch (WakeupException meantForTheLoop) {
        LOG.trace("{} was woken", subscription);
      } catch (RetriableException e) {
        LOG.info(
            "{} could not ask what is settled beyond the committed offsets: {}",
            subscription,
            e.getMessage());
        return Map.of();
      }
    }
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
    List<AssignedPartition> leaving = forget(revoked);
    if (leaving.isEmpty()) {
      return;
    }
    Duration timeout = subscription.options().drainTimeout();
    stopStarting(leaving);
    if (!workers.awaitQuiet(leaving, timeout)) {
      LOG.warn(
          "{} gives up {} while handlers run, which took longer than {}; their events are delivered again",
          subscription,
          leaving,
          timeout);
    }
    if (!committer().commitNow(leaving, COMMIT_AT_LEAST.plus(timeout))) {
      LOG.warn(
          "{} could not commit {} before they were given up; their events may be delivered again",
          subscription,
          leaving);
    }
    for (AssignedPartition partition : leaving) {
      drop(partition);
      probe.revoked(group, topic, partition.id.partition());
    }
  }

  private void drop(AssignedPartition partition) {
    long unsettled = partition.seal();
    inFlight.dropped(unsettled);
    dropped += Load.records(unsettled);
  }

  @Override
  public void onPartitionsLost(Collection<TopicPartition> lost) {
    List<AssignedPartition> gone = forget(lost);
    stopStarting(gone);
    for (AssignedPartition partition : gone) {
      drop(partition);
      probe.lost(group, topic, partition.id.partition());
    }
    if (!gone.isEmpty()) {
      LOG.warn(
          "{} lost {}: another member may have them already, so nothing is committed",
          subscription,
          gone);
    }
  }

  private List<AssignedPartition> forget(Collection<TopicPartition> ids) {
    List<AssignedPartition> forgotten = new ArrayList<>();
    for (TopicPartition id : ids) {
      AssignedPartition partition = assigned.remove(id);
      if (partition != null) {
        forgotten.add(partition);
      }
    }
    return forgotten;
  }

  private void stopStarting(Collection<AssignedPartition> partitions) {
    partitions.forEach(partition -> partition.closing = true);
    workers.abortRetries();
  }

  private Drain letGoOfAll() {
    int before = inFlight.records();
    long droppedBefore = dropped;
    stopStarting(assigned.values());
    if (!workers.awaitQuiet(assigned.values(), subscription.timeLeft())) {
      LOG.warn(
          "{} interrupts handlers that still run; their events are delivered again", subscription);
      subscription.abandon();
      workers.interruptAll();
      workers.awaitQuiet(assigned.values(), AFTER_INTERRUPT);
    }
    if (committer != null) {
      commitThroughRebalances();
    }
    for (AssignedPartition partition : forget(List.copyOf(assigned.keySet()))) {
      drop(partition);
      probe.revoked(group, topic, partition.id.partition());
    }
    long abandoned = dropped - droppedBefore;
    return new Drain(before - abandoned, abandoned);
  }

  /**
   * A commit has to wait for a rebalance that is under way, and only polling brings that to its
   * end.
   */
  private void commitThroughRebalances() {
    long start = runtime.nanoTime();
    Duration timeout = atLeast(COMMIT_AT_LEAST, subscription.timeLeft());
    while (!committer().commitNow(assigned.values(), timeout)) {
      if (runtime.nanoTime() - start > timeout.toNanos()) {
        LOG.warn(
            "{} closes during a rebalance that takes too long to commit; events may be delivered again",
            subscription);
        return;
      }
      try {
        consumer().pause(consumer().assignment());
        consumer().poll(POLL); // What it returns all the same is not taken, and so not committed.
      } catch (WakeupException meantForTheLoop) {
        LOG.trace("{} was woken", subscription);
      }
    }
  }

  private void closeConsumer() {
    Consumer<byte[], byte[]> made = consumer;
    if (made == null) {
      return;
    }
    try {
      made.close(CloseOptions.timeout(atLeast(COMMIT_AT_LEAST, subscription.timeLeft())));
    } catch (RuntimeException e) {
      LOG.warn(
          "{} could not leave its group in order; the group will notice by itself",
          subscription,
          e);
    }
  }

  private static Duration atLeast(Duration least, Duration duration) {
    return duration.compareTo(least) < 0 ? least : duration;
  }

  private Consumer<byte[], byte[]> consumer() {
    Consumer<byte[], byte[]> made = consumer;
    if (made == null) {
      throw new IllegalStateException("not connected yet");
    }
    return made;
  }

  private Committer committer() {
    Committer made = committer;
    if (made == null) {
      throw new IllegalStateException("not connected yet");
    }
    return made;
  }
}
