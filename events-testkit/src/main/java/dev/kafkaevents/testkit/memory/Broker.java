package dev.kafkaevents.testkit.memory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * All state of an in-memory Kafka: logs, groups and transactions, under one lock with one
 * condition. Clients translate; what a broker decides is decided here. Whatever is due by now has
 * happened before anything else is looked at, so there is no thread that would have to see to it.
 */
final class Broker {
  static final Node NODE = new Node(1, "in-memory", 9092);
  static final String ADDRESS = "in-memory:9092";

  static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final int LONGEST_NAME = 249;

  /**
   * How long, in real time, handlers and callbacks may be at work at one moment of virtual time.
   */
  volatile Duration patience = PATIENCE;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<String, StoredTopic> topics = new TreeMap<>();
  private final Map<String, Group> groups = new TreeMap<>();

  /** Where a client takes its chance. Guarded by the lock. */
  final SplittableRandom random;

  final Timeline time;
  final Transactions transactions = new Transactions();
  final String clusterId;

  /** Those whose progress {@link #isSettled} is about, and producers. Guarded by the lock. */
  final Set<MemoryConsumer<?, ?>> consumers = new LinkedHashSet<>();

  final Set<Batches> unsent = new LinkedHashSet<>();

  /** Counts changes, so that nobody waits for one that has happened. Written under the lock. */
  private volatile long version;

  private boolean closed;

  Broker(long seed, Timeline time) {
    this.random = new SplittableRandom(seed);
    this.time = time;
    this.clusterId = new Uuid(random.nextLong(), random.nextLong()).toString();
    time.isOf(this);
  }

  // How all of it is reached.

  /** Does {@code work} alone, after what is due. */
  <T> T atomically(Supplier<T> work) {
    enter();
    lock.lock();
    try {
      expire();
      return work.get();
    } finally {
      lock.unlock();
    }
  }

  /** Does {@code work} alone, after what is due. */
  void atomically(Runnable work) {
    enter();
    lock.lock();
    try {
      expire();
      work.run();
    } finally {
      lock.unlock();
    }
  }

  private void enter() {
    if (!lock.isHeldByCurrentThread()) {
      time.enter();
    }
  }

  /** Tells all who wait to look again. Under the lock. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // under the lock
  void changed() {
    version++;
    changed.signalAll();
    time.changed();
  }

  /** Whether {@code thread} is about to get the lock. */
  boolean isAwaitedBy(Thread thread) {
    return lock.hasQueuedThread(thread);
  }

  /** Wakes all who wait, as after a wake-up of one of them. */
  void signal() {
    atomically(this::changed);
  }

  /** What to hand to {@link #await}: take it before looking. */
  long version() {
    return version;
  }

  /** Waits until something has changed since {@code seen}, or is due, or it is {@code until}. */
  void await(long seen, long until) throws InterruptedException {
    await(seen, until, until);
  }

  /** The same, where before {@code matters} a time-out changes nothing. */
  void await(long seen, long until, long matters) throws InterruptedException {
    if (time instanceof VirtualTime virtual) {
      long due = atomically(() -> nextExpiry(until));
      long dueThatMatters = atomically(() -> nextExpiry(matters));
      virtual.await(() -> version != seen, due, dueThatMatters, true);
      return;
    }
    lock.lockInterruptibly();
    try {
      if (version == seen) {
        time.await(changed, nextExpiry(until));
        expire();
      }
    } finally {
      lock.unlock();
    }
  }

  private void expire() {
    long nanos = time.nanos();
    boolean any = transactions.expire(nanos, time.millis());
    for (Group group : groups.values()) {
      any |= group.expire(nanos);
    }
    if (any) {
      changed();
    }
  }

  /** When the next thing is due, but not after {@code until}. Under the lock. */
  long nextExpiry(long until) {
    long next = transactions.nextExpiry(until);
    for (Group group : groups.values()) {
      next = group.nextExpiry(next);
    }
    return next;
  }

  /**
   * Whether nothing is left to do: all that was sent is stored or has failed, and the consumers of
   * events have read all there is and committed it.
   */
  boolean isSettled() {
    return atomically(
        () ->
            unsent.stream().allMatch(Batches::isEmpty)
                && consumers.stream().allMatch(consumer -> consumer.isIdleSince(version))
                && groups.values().stream().noneMatch(Broker::waitsForSilentMember));
  }

  private static boolean waitsForSilentMember(Group group) {
    return group.members().stream().anyMatch(Member::isSilent)
        && group.members().stream().anyMatch(member -> !member.isSilent());
  }

  void close() {
    atomically(
        () -> {
          closed = true;
          changed();
        });
  }

  /** Whether the whole Kafka is gone, and threads that serve it may end. Under the lock. */
  boolean isClosed() {
    return closed;
  }

  // Topics. All under the lock.

  void createTopic(String name, int partitions, TopicSettings settings) {
    checkName(name);
    if (topics.containsKey(name)) {
      throw new TopicExistsException("Topic '" + name + "' already exists.");
    }
    if (partitions < 1) {
      throw new InvalidPartitionsException(
          "topic " + name + ": partitions is " + partitions + ", must be at least 1");
    }
    Uuid uuid = new Uuid(random.nextLong(), random.nextLong());
    topics.put(name, new StoredTopic(name, uuid, partitions, settings));
    groups.values().forEach(Group::topicsChanged);
    changed();
  }

  static void checkName(String name) {
    boolean legal =
        !name.isEmpty()
            && name.length() <= LONGEST_NAME
            && !name.equals(".")
            && !name.equals("..")
            && name.chars().allMatch(Broker::isLegal);
    if (!legal) {
      throw new InvalidTopicException(
          "Topic name is invalid: '"
              + name
              + "' may have up to "
              + LONGEST_NAME
              + " of ASCII letters, digits, '.', '_' and '-'");
    }
  }

  private static boolean isLegal(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '.'
        || c == '_'
        || c == '-';
  }

  void addPartitions(String name, int total) {
    StoredTopic topic = topic(name);
    if (total <= topic.logs.size()) {
      throw new InvalidPartitionsException(
          "topic " + name + " has " + topic.logs.size() + " partitions, and can't have " + total);
    }
    topic.growTo(total);
    groups.values().forEach(Group::topicsChanged);
    changed();
  }

  void deleteTopic(String name) {
    topic(name);
    topics.remove(name);
    groups.values().forEach(group -> group.forget(name));
    groups.values().forEach(Group::topicsChanged);
    changed();
  }

  @Nullable StoredTopic find(String name) {
    return topics.get(name);
  }

  StoredTopic topic(String name) {
    StoredTopic topic = topics.get(name);
    if (topic == null) {
      throw new UnknownTopicOrPartitionException("there is no topic " + name);
    }
    return topic;
  }

  @Nullable PartitionLog findLog(TopicPartition id) {
    StoredTopic topic = topics.get(id.topic());
    return topic == null || id.partition() >= topic.logs.size()
        ? null
        : topic.logs.get(id.partition());
  }

  PartitionLog log(TopicPartition id) {
    PartitionLog log = findLog(id);
    if (log == null) {
      throw new UnknownTopicOrPartitionException("there is no partition " + id);
    }
    return log;
  }

  Map<String, StoredTopic> topics() {
    return topics;
  }

  static List<PartitionInfo> partitions(String topic, int count) {
    Node[] replicas = {NODE};
    List<PartitionInfo> infos = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      infos.add(new PartitionInfo(topic, i, NODE, replicas, replicas));
    }
    return infos;
  }

  /** What an assignor or partitioner is shown. */
  Cluster cluster(Map<String, Integer> partitionCounts) {
    List<PartitionInfo> infos = new ArrayList<>();
    partitionCounts.forEach((topic, count) -> infos.addAll(partitions(topic, count)));
    return new Cluster(clusterId, List.of(NODE), infos, java.util.Set.of(), java.util.Set.of());
  }

  // Groups. Under the lock.

  Group group(String id) {
    return groups.computeIfAbsent(id, i -> new Group(this, i));
  }

  Map<String, Group> groups() {
    return groups;
  }

  // Records. Under the lock.

  /** What became of one record of a batch: it is stored, or why not. */
  record Stored(
      PendingRecord pending, @Nullable StoredRecord record, @Nullable RuntimeException failure) {}

  /**
   * Stores a batch, all of it or nothing.
   *
   * @throws UnknownTopicOrPartitionException if there is no such partition now
   * @throws NotEnoughReplicasException if its topic takes nothing now
   * @throws RecordTooLargeException if it is larger than the topic allows
   */
  List<Stored> store(
      TopicPartition id, List<PendingRecord> batch, @Nullable Transaction transaction) {
    PartitionLog log = log(id);
    if (time.nanos() < log.topic.unavailableUntil) {
      throw new NotEnoughReplicasException("topic " + log.topic.name + " is made unavailable");
    }
    int size = RecordSizes.BATCH_OVERHEAD;
    for (PendingRecord record : batch) {
      size += record.bytes();
    }
    if (size > log.topic.settings.maxMessageBytes()) {
      throw new RecordTooLargeException(
          "a batch of "
              + size
              + " bytes for "
              + id
              + " is larger than max.message.bytes, which is "
              + log.topic.settings.maxMessageBytes());
    }
    long now = time.millis();
    Map<PendingRecord, RuntimeException> refused = refused(log, batch, now);
    List<Stored> outcomes = new ArrayList<>();
    long number = log.newBatch();
    for (PendingRecord record : batch) {
      if (refused.isEmpty()) {
        outcomes.add(new Stored(record, log.append(record, transaction, number, now), null));
      } else {
        RuntimeException failure = refused.get(record);
        outcomes.add(
            new Stored(record, null, failure == null ? refusedWithOthers(batch) : failure));
      }
    }
    changed();
    return outcomes;
  }

  private static RuntimeException refusedWithOthers(List<PendingRecord> batch) {
    return new KafkaException(
        "not stored, since it came in a batch of "
            + batch.size()
            + " with a record that is refused");
  }

  private static Map<PendingRecord, RuntimeException> refused(
      PartitionLog log, List<PendingRecord> batch, long now) {
    Map<PendingRecord, RuntimeException> refused = new HashMap<>();
    for (PendingRecord record : batch) {
      if (log.topic.settings.compacted() && record.key() == null) {
        refused.put(
            record,
            new InvalidRecordException(
                "topic " + log.topic.name + " is compacted, so its records need keys"));
      } else if (!log.topic.settings.accepts(record.timestamp(), now)) {
        refused.put(
            record,
            new InvalidTimestampException(
                "timestamp "
                    + record.timestamp()
                    + " is too far from "
                    + now
                    + " for topic "
                    + log.topic.name));
      }
    }
    return refused;
  }
}
