package dev.kafkaevents.testkit.junit;

import dev.kafkaevents.Position;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * What is to go wrong in one test, on every backend alike. Each fault that is planned happens once,
 * and if it never does the test fails: a fault that does not happen proves nothing. Names are those
 * the application declares. Thread-safe.
 *
 * <pre>{@code
 * kafka.faults().publish("orders").timesOutStored();
 * kafka.faults().commit("billing").nth(2).failsBefore();
 * kafka.faults().member("billing").crashesBeforeCommit();
 * }</pre>
 */
public final class Faults {
  private static final Duration FOR_A_GUEST = Duration.ofMinutes(2);

  /** What a planned fault does; the words are those of the methods. */
  enum Kind {
    REJECTED,
    TIMES_OUT_LOST,
    TIMES_OUT_STORED,
    DELAYED,
    UNAVAILABLE,
    COMMIT_FAILS_BEFORE,
    COMMIT_FAILS_AFTER,
    CRASHES_BEFORE_COMMIT,
    CRASHES_AFTER_COMMIT,
    STALLS,
    REPEATED,
    INTERLEAVED
  }

  /**
   * A fault that is to happen at the {@code left}th call that it applies to; where two would happen
   * at one call, the later planned happens at the next.
   */
  static final class Planned {
    final Kind kind;
    final String target;
    final Duration delay;

    /** Of what it leaves to chance. */
    final long seed;

    /** What ends it, if it is not over at once. */
    final CompletableFuture<?> end;

    private int left;

    Planned(Kind kind, String target, int nth, Duration delay) {
      this(kind, target, nth, delay, 0, new CompletableFuture<>());
    }

    private Planned(
        Kind kind, String target, int nth, Duration delay, long seed, CompletableFuture<?> end) {
      this.kind = kind;
      this.target = target;
      this.left = nth;
      this.delay = delay;
      this.seed = seed;
      this.end = end;
    }

    @Override
    public String toString() {
      return kind + " of " + target + (left > 1 ? ", " + left + " calls from now" : "");
    }
  }

  private final TestBackend backend;
  private final Checker checker;
  private final ReentrantLock lock = new ReentrantLock();

  /** Guarded by the lock. */
  private final List<Planned> planned = new ArrayList<>();

  /** What has begun and is not over, by topic. Guarded by the lock. */
  private final Map<String, Planned> outages = new HashMap<>();

  private final AtomicInteger underWay = new AtomicInteger();
  private final Map<Object, Reading> readers = new ConcurrentHashMap<>();

  /**
   * @param config of its consumer
   */
  private record Reading(String group, Set<String> topics, Map<String, Object> config) {
    /** For a consumer that joins the same group by the same protocol, and as nobody else. */
    Map<String, Object> guestConfig() {
      Map<String, Object> guest = new HashMap<>(config);
      guest.remove("client.id");
      guest.remove("group.instance.id");
      guest.put("enable.auto.commit", false);
      return guest;
    }
  }

  Faults(TestBackend backend, Checker checker) {
    this.backend = backend;
    this.checker = checker;
  }

  /** At the next publish to a topic, a dead-letter topic among them. */
  public OnPublish publish(String topic) {
    return new OnPublish(backend.names().topic(topic), 1);
  }

  /** At the next commit of a group. */
  public OnCommit commit(String group) {
    return new OnCommit(backend.names().group(group), 1);
  }

  /** What happens to the deliveries of a group. */
  public OnDelivery delivery(String group) {
    return new OnDelivery(backend.names().group(group));
  }

  /** What happens to a member of a group. */
  public OnMember member(String group) {
    return new OnMember(backend.names().group(group));
  }

  /**
   * Lets another member join a group and leave it again, now, and returns then. Those who have
   * partitions give some of them up in order, and they come back; which, the group decides, and it
   * leaves with each what it can: of two partitions of one member, one. The other member handles
   * nothing and commits nothing. A handler that runs on such a partition is waited for until its
   * drain time is over; what it settles after that is settled too late and delivered again. In
   * memory time passes meanwhile. May be called in a handler.
   *
   * @throws IllegalStateException if nobody of this test is in the group
   * @throws AssertionError if the other is given no partition within two minutes, as where the
   *     topic has no more of them than the group has members
   */
  public void rebalance(String group) {
    String onCluster = backend.names().group(group);
    Reading present =
        readers.values().stream()
            .filter(reading -> reading.group.equals(onCluster))
            .findAny()
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "group %s has no member here to take a partition from; subscribe first"
                            .formatted(group)));
    Instant until = backend.now().plus(FOR_A_GUEST);
    try (Consumer<byte[], byte[]> guest = backend.reader(present.guestConfig())) {
      guest.subscribe(present.topics);
      while (guest.assignment().isEmpty()) {
        if (backend.now().isAfter(until)) {
          throw new AssertionError(
              "another member of group %s was given no partition within %s; the topic needs more partitions than the group has members"
                  .formatted(group, FOR_A_GUEST));
        }
        ConsumerRecords<byte[], byte[]> ignored = guest.poll(Duration.ofMillis(100));
      }
    }
  }

  /**
   * Deletes the records of a partition before an offset, now, as retention does.
   *
   * @throws AssertionError if that is refused
   */
  public void truncate(String topic, int partition, long before) {
    checker.beginsAt(new Position(topic, partition, before));
    await(
        backend
            .admin()
            .deleteRecords(
                Map.of(
                    new TopicPartition(backend.names().topic(topic), partition),
                    RecordsToDelete.beforeOffset(before)))
            .all());
  }

  /** Throws all members out of a group, as it is named on the cluster. */
  void evict(String group) {
    await(
        backend
            .admin()
            .removeMembersFromConsumerGroup(group, new RemoveMembersFromConsumerGroupOptions())
            .all());
  }

  private static void await(KafkaFuture<?> future) {
    try {
      future.get();
    } catch (ExecutionException e) {
      throw new AssertionError("the fault could not be made: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private void plan(Planned fault) {
    lock.lock();
    try {
      planned.add(fault);
    } finally {
      lock.unlock();
    }
  }

  /** The fault that happens at this call, if one does. */
  @Nullable Planned next(String target, Set<Kind> kinds) {
    lock.lock();
    try {
      Planned outage = outages.get(target);
      if (outage != null && kinds.contains(outage.kind) && !outage.end.isDone()) {
        return outage;
      }
      Planned next = null;
      for (Planned fault : planned) {
        if (fault.target.equals(target) && kinds.contains(fault.kind) && !fault.end.isDone()) {
          fault.left--;
          if (fault.left <= 0 && next == null) {
            next = fault;
          }
        }
      }
      if (next != null) {
        planned.remove(next);
        if (next.kind == Kind.UNAVAILABLE) {
          begins(next);
        }
      }
      return next;
    } finally {
      lock.unlock();
    }
  }

  /** The first that is planned of a kind, which has not happened by this. */
  @Nullable Planned planned(String target, Kind kind) {
    lock.lock();
    try {
      return planned.stream()
          .filter(fault -> fault.target.equals(target) && fault.kind == kind)
          .findFirst()
          .orElse(null);
    } finally {
      lock.unlock();
    }
  }

  private void begins(Planned outage) {
    outages.put(outage.target, outage);
    if (!outage.delay.isZero()) {
      later(outage.delay, () -> outage.end.complete(null));
    }
  }

  void requireAllHappened() {
    lock.lock();
    try {
      if (!planned.isEmpty()) {
        throw new AssertionError(
            "planned and never happened, so that nothing was tested by it: " + planned);
      }
    } finally {
      lock.unlock();
    }
  }

  // What is going on, for those who wait until nothing is.

  void later(Duration delay, Runnable task) {
    backend.schedule(delay, task);
  }

  /** Returns after {@code time}, and is under way until then. */
  void pass(Duration time) {
    begins();
    try {
      backend.pass(time);
    } finally {
      ends();
    }
  }

  void begins() {
    underWay.incrementAndGet();
  }

  void ends() {
    underWay.decrementAndGet();
  }

  boolean isUnderWay() {
    return underWay.get() > 0;
  }

  void reads(Object reader, String group, Set<String> topics, Map<String, Object> config) {
    readers.put(reader, new Reading(group, topics, config));
  }

  void readsNoMore(Object reader) {
    readers.remove(reader);
  }

  /** Topics by group, as named on the cluster. */
  Map<String, Set<String>> reading() {
    Map<String, Set<String>> reading = new HashMap<>();
    for (Reading reader : readers.values()) {
      reading.computeIfAbsent(reader.group, g -> new HashSet<>()).addAll(reader.topics);
    }
    return reading;
  }

  private static Duration positive(Duration time) {
    if (time.isNegative() || time.isZero()) {
      throw new IllegalArgumentException("time is " + time + ", must be more than none");
    }
    return time;
  }

  private static int positive(int nth) {
    if (nth < 1) {
      throw new IllegalArgumentException("nth is " + nth + ", must be at least 1");
    }
    return nth;
  }

  /** Faults of one publish. */
  public final class OnPublish {
    private final String topic;
    private final int nth;

    private OnPublish(String topic, int nth) {
      this.topic = topic;
      this.nth = nth;
    }

    /** At the nth publish from now instead of the next. */
    public OnPublish nth(int nth) {
      return new OnPublish(topic, positive(nth));
    }

    /** The record is refused and not stored; the publisher knows. */
    public void rejected() {
      plan(new Planned(Kind.REJECTED, topic, nth, Duration.ZERO));
    }

    /** The record is not stored, and the publisher can't know. */
    public void timesOutLost() {
      plan(new Planned(Kind.TIMES_OUT_LOST, topic, nth, Duration.ZERO));
    }

    /** The record is stored, and the publisher can't know. */
    public void timesOutStored() {
      plan(new Planned(Kind.TIMES_OUT_STORED, topic, nth, Duration.ZERO));
    }

    /** The record is stored {@code delay} later; in memory only when somebody lets time pass. */
    public void delayed(Duration delay) {
      plan(new Planned(Kind.DELAYED, topic, nth, delay));
    }

    /**
     * From that publish on the topic takes nothing for {@code time}, as when too few of its
     * replicas are in sync: no record is stored, and the publisher is told of each, at once and not
     * only after {@code delivery.timeout.ms}, that it may try again. What is there can be read. In
     * memory it ends only when somebody lets time pass, as {@link TestKafka#settle} does.
     */
    public void unavailableFor(Duration time) {
      plan(new Planned(Kind.UNAVAILABLE, topic, nth, positive(time)));
    }

    /** The same, until {@code back} has completed. */
    public void unavailableUntil(CompletableFuture<?> back) {
      plan(new Planned(Kind.UNAVAILABLE, topic, nth, Duration.ZERO, 0, back));
    }
  }

  /** Faults of one commit. */
  public final class OnCommit {
    private final String group;
    private final int nth;

    private OnCommit(String group, int nth) {
      this.group = group;
      this.nth = nth;
    }

    /** At the nth commit from now instead of the next. */
    public OnCommit nth(int nth) {
      return new OnCommit(group, positive(nth));
    }

    /** The commit fails, and the offsets are as before. */
    public void failsBefore() {
      plan(new Planned(Kind.COMMIT_FAILS_BEFORE, group, nth, Duration.ZERO));
    }

    /** The commit fails for who made it, and the offsets are committed all the same. */
    public void failsAfter() {
      plan(new Planned(Kind.COMMIT_FAILS_AFTER, group, nth, Duration.ZERO));
    }
  }

  /** Faults of a member of a group. */
  public final class OnMember {
    private final String group;

    private OnMember(String group) {
      this.group = group;
    }

    /**
     * The member that next commits something it has handled is gone before that commit, without a
     * word to the group, which finds out when its session ends. Its subscription is FAILED.
     */
    public void crashesBeforeCommit() {
      plan(new Planned(Kind.CRASHES_BEFORE_COMMIT, group, 1, Duration.ZERO));
    }

    /** The same, after the commit. */
    public void crashesAfterCommit() {
      plan(new Planned(Kind.CRASHES_AFTER_COMMIT, group, 1, Duration.ZERO));
    }

    /**
     * The member that is given records next does not poll again for {@code time}, as when its
     * process hangs; handlers that run go on. If that is longer than its {@code
     * max.poll.interval.ms}, the group goes on without it: others have its partitions and are
     * delivered what it did not commit. When it polls again it finds them lost, drops what was
     * settled too late, and joins again.
     *
     * <p>Its heartbeats go on until then, as a client sends them from a thread of its own; so
     * {@code session.timeout.ms} has no part in this. A real broker takes the time it takes: lower
     * {@code max.poll.interval.ms}, which is five minutes by default, in the settings of the
     * events.
     */
    public void stallsFor(Duration time) {
      plan(new Planned(Kind.STALLS, group, 1, positive(time)));
    }

    /**
     * All present members lose their partitions now, as if they had not polled for too long, and
     * have to join again. What was in flight is delivered once more.
     */
    public void evicted() {
      evict(group);
    }
  }

  /** Faults of what a group is delivered. */
  public final class OnDelivery {
    private final String group;

    private OnDelivery(String group) {
      this.group = group;
    }

    /**
     * What has been handled by the next commit that tells of it is delivered again, as after a
     * crash before a commit: all present members lose their partitions right before it, as by
     * {@link OnMember#evicted}, so that it is refused, and have to join again. At least one record
     * comes twice, and at most what came after the commit before. If the subscription is closed by
     * then, its records come to the next one of the group.
     */
    public void repeated() {
      plan(new Planned(Kind.REPEATED, group, 1, Duration.ZERO));
    }

    /**
     * From when the next member of the group is given records on, that member is given them one at
     * a time, from its partitions in an order that {@code seed} decides, where a broker sends many
     * of one partition and then many of the next. The order in each partition stays. It has
     * happened once there was more than one partition to choose from.
     */
    public void interleaved(long seed) {
      plan(new Planned(Kind.INTERLEAVED, group, 1, Duration.ZERO, seed, new CompletableFuture<>()));
    }
  }
}
