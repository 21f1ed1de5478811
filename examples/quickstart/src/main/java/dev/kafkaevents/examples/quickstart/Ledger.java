package dev.kafkaevents.examples.quickstart;

import dev.kafkaevents.Position;
import dev.kafkaevents.PublishException;
import dev.kafkaevents.PublishException.Outcome;
import dev.kafkaevents.Settlement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Accounts for every record of one topic: what was stored must be settled, and what is settled as
 * handled must have been accepted by the handler. It knows a record by its position and in three
 * bits, so that a long input fits. Safe for use by many threads.
 */
final class Ledger {
  private static final int EXAMPLES = 5;

  private final String topic;
  private final ReentrantLock lock = new ReentrantLock();

  /** Something was entered. All below is guarded by the lock. */
  private final Condition entered = lock.newCondition();

  private final Map<Integer, Partition> partitions = new TreeMap<>();
  private long begun;
  private long stored;
  private long refused;
  private long uncertain;
  private long handled;
  private long deadLettered;
  private long again;
  private long skipped;
  private @Nullable Throwable trouble;
  private boolean stopped;

  /** Stored and not settled yet. */
  private long open;

  private long entries;
  private long firstNanos;
  private long lastNanos;

  Ledger(String topic) {
    this.topic = topic;
  }

  private static final class Partition {
    final BitSet stored = new BitSet();
    final BitSet accepted = new BitSet();
    final BitSet settled = new BitSet();
  }

  /**
   * How it stands.
   *
   * @param begun records handed to the publisher
   * @param stored those that are on the topic, by what the publisher said
   * @param refused those that are not on it
   * @param uncertain those of which it does not know
   * @param handled accepted by the handler
   * @param deadLettered on the dead-letter topic instead
   * @param missing stored, and not settled
   * @param unknown settled, and never stored by this run
   * @param again handled or dead-lettered once more
   * @param skipped settled otherwise, or as handled without the handler
   * @param examples where some of the missing are
   * @param duration from the first record begun to the last one settled
   */
  record Balance(
      long begun,
      long stored,
      long refused,
      long uncertain,
      long handled,
      long deadLettered,
      long missing,
      long unknown,
      long again,
      long skipped,
      List<Position> examples,
      Duration duration) {}

  /** A record is handed to the publisher. */
  void begins() {
    enter(
        () -> {
          if (begun++ == 0) {
            firstNanos = System.nanoTime();
          }
        });
  }

  /** It is stored. */
  void stored(Position position) {
    enter(
        () -> {
          Partition partition = partition(position);
          int offset = offset(position);
          stored++;
          if (!partition.stored.get(offset)) {
            partition.stored.set(offset);
            open += partition.settled.get(offset) ? 0 : 1;
          }
        });
  }

  /** It is not stored, or nobody knows. */
  void failed(Throwable cause) {
    boolean isKnown = cause instanceof PublishException e && e.outcome() != Outcome.UNKNOWN;
    enter(
        () -> {
          refused += isKnown ? 1 : 0;
          uncertain += isKnown ? 0 : 1;
          trouble = trouble == null ? cause : trouble;
        });
  }

  /** The handler returned. */
  void accepted(Position position) {
    enter(
        () -> {
          BitSet accepted = partition(position).accepted;
          again += accepted.get(offset(position)) ? 1 : 0;
          accepted.set(offset(position));
        });
  }

  /** The delivery ended. */
  void settled(Position position, Settlement settlement) {
    enter(
        () -> {
          Partition partition = partition(position);
          int offset = offset(position);
          lastNanos = System.nanoTime();
          if (partition.settled.get(offset)) {
            again += settlement instanceof Settlement.DeadLettered ? 1 : 0;
            return;
          }
          partition.settled.set(offset);
          open -= partition.stored.get(offset) ? 1 : 0;
          if (settlement instanceof Settlement.DeadLettered) {
            deadLettered++;
          } else if (settlement instanceof Settlement.Handled && partition.accepted.get(offset)) {
            handled++;
          } else {
            skipped++;
          }
        });
  }

  /** Nothing is delivered any more; without a cause if that was asked for. */
  void stopped(@Nullable Throwable cause) {
    enter(
        () -> {
          stopped = true;
          trouble = trouble == null ? cause : trouble;
        });
  }

  boolean isSettled(Position position) {
    lock.lock();
    try {
      return partition(position).settled.get(offset(position));
    } finally {
      lock.unlock();
    }
  }

  /**
   * The first reason why a record was not stored, or nothing is delivered; null as long as there is
   * none.
   */
  @Nullable Throwable trouble() {
    lock.lock();
    try {
      return trouble;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until every record that was begun is stored or failed, and every stored one is settled.
   *
   * @param patience how long to wait without an entry
   * @return false if nothing was entered for that long, or everything stopped, first
   */
  boolean awaitSettled(Duration patience) throws InterruptedException {
    lock.lock();
    try {
      long seen = entries;
      long nanos = patience.toNanos();
      while (begun > stored + refused + uncertain || open > 0) {
        if (stopped || nanos <= 0) {
          return false;
        }
        nanos = entered.awaitNanos(nanos);
        if (entries != seen) {
          seen = entries;
          nanos = patience.toNanos();
        }
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  Balance balance() {
    lock.lock();
    try {
      long missing = 0;
      long unknown = 0;
      List<Position> examples = new ArrayList<>();
      for (Map.Entry<Integer, Partition> entry : partitions.entrySet()) {
        BitSet lost = without(entry.getValue().stored, entry.getValue().settled);
        IntConsumer example = offset -> examples.add(new Position(topic, entry.getKey(), offset));
        lost.stream().limit(Math.max(0, EXAMPLES - examples.size())).forEach(example);
        missing += lost.cardinality();
        unknown += without(entry.getValue().settled, entry.getValue().stored).cardinality();
      }
      Duration duration = Duration.ofNanos(Math.max(0, lastNanos - firstNanos));
      return new Balance(
          begun,
          stored,
          refused,
          uncertain,
          handled,
          deadLettered,
          missing,
          unknown,
          again,
          skipped,
          examples,
          duration);
    } finally {
      lock.unlock();
    }
  }

  private static BitSet without(BitSet all, BitSet those) {
    BitSet rest = (BitSet) all.clone();
    rest.andNot(those);
    return rest;
  }

  private void enter(Runnable entry) {
    lock.lock();
    try {
      entry.run();
      entries++;
      entered.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private Partition partition(Position position) {
    return partitions.computeIfAbsent(position.partition(), number -> new Partition());
  }

  private static int offset(Position position) {
    return Math.toIntExact(position.offset());
  }
}
