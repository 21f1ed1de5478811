package dev.kafkaevents.testkit.junit;

import dev.kafkaevents.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
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
  /** What a planned fault does; the words are those of the methods. */
  enum Kind {
    REJECTED,
    TIMES_OUT_LOST,
    TIMES_OUT_STORED,
    DELAYED,
    COMMIT_FAILS_BEFORE,
    COMMIT_FAILS_AFTER,
    CRASHES_BEFORE_COMMIT,
    CRASHES_AFTER_COMMIT
  }

  /**
   * A fault that is to happen at the {@code left}th call that it applies to; where two would happen
   * at one call, the later planned happens at the next.
   */
  static final class Planned {
    final Kind kind;
    final String target;
    final Duration delay;
    private int left;

    Planned(Kind kind, String target, int nth, Duration delay) {
      this.kind = kind;
      this.target = target;
      this.left = nth;
      this.delay = delay;
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

  private final AtomicInteger underWay = new AtomicInteger();
  private final Map<Object, Reading> readers = new ConcurrentHashMap<>();

  private record Reading(String group, Set<String> topics) {}

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

  /** What happens to a member of a group. */
  public OnMember member(String group) {
    return new OnMember(backend.names().group(group));
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
      Planned next = null;
      for (Planned fault : planned) {
        if (fault.target.equals(target) && kinds.contains(fault.kind)) {
          fault.left--;
          if (fault.left <= 0 && next == null) {
            next = fault;
          }
        }
      }
      if (next != null) {
        planned.remove(next);
      }
      return next;
    } finally {
      lock.unlock();
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

  void begins() {
    underWay.incrementAndGet();
  }

  void ends() {
    underWay.decrementAndGet();
  }

  boolean isUnderWay() {
    return underWay.get() > 0;
  }

  void reads(Object reader, String group, Set<String> topics) {
    readers.put(reader, new Reading(group, topics));
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
     * The member that commits next is gone before the commit, without a word to the group, which
     * finds out when its session ends. Its subscription is FAILED.
     */
    public void crashesBeforeCommit() {
      plan(new Planned(Kind.CRASHES_BEFORE_COMMIT, group, 1, Duration.ZERO));
    }

    /** The same, after the commit. */
    public void crashesAfterCommit() {
      plan(new Planned(Kind.CRASHES_AFTER_COMMIT, group, 1, Duration.ZERO));
    }

    /**
     * All present members lose their partitions now, as if they had not polled for too long, and
     * have to join again. What was in flight is delivered once more.
     */
    public void evicted() {
      await(
          backend
              .admin()
              .removeMembersFromConsumerGroup(group, new RemoveMembersFromConsumerGroupOptions())
              .all());
    }
  }
}
