package dev.kafkaevents.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * One poll's records of one partition. A record is known by its place, so that gaps between offsets
 * (a compacted topic, the markers of transactions) are none here. To settle it is to let go of it:
 * a segment whose first record is stuck keeps that record and not the others.
 *
 * <p>A place belongs to the worker that delivers it, which alone settles it, once: a plain write,
 * since the workers of neighbouring places would wait for each other at every atomic one. Places
 * and load are written by workers and read by the poll thread; all else is written before the
 * segment is handed over.
 */
final class Segment {
  private static final VarHandle RECORD =
      MethodHandles.arrayElementVarHandle(ConsumerRecord[].class);

  final AssignedPartition partition;

  /** How many records there were. */
  final int size;

  /** Where the segment before it ended, so that segments leave no gaps between them. */
  final long begin;

  /** The offset just past the last record. */
  final long end;

  /** For each record the place of the next one in the same lane, or 0. */
  final int[] nextInLane;

  /** Null where settled. */
  private final @Nullable ConsumerRecord<byte[], byte[]>[] records;

  private final long firstOffset;

  /** Null if there are no gaps. */
  private final long @Nullable [] offsets;

  /** Of all records; empty also if they differ, which happens once in the life of an epoch. */
  private final Optional<Integer> leaderEpoch;

  /** All before it are settled. Confined to the poll thread. */
  private int firstUnsettled;

  /** What is unsettled, as a {@link Load}; far below zero once sealed. */
  private final AtomicLong left;

  @SuppressWarnings("unchecked") // there are no arrays of a generic type
  Segment(AssignedPartition partition, long begin, List<ConsumerRecord<byte[], byte[]>> records) {
    this.partition = partition;
    this.records = records.toArray((ConsumerRecord<byte[], byte[]>[]) new ConsumerRecord<?, ?>[0]);
    this.size = this.records.length;
    this.nextInLane = new int[size];
    ConsumerRecord<byte[], byte[]> first = records.get(0);
    ConsumerRecord<byte[], byte[]> last = records.get(size - 1);
    this.firstOffset = first.offset();
    this.begin = begin < 0 ? firstOffset : begin;
    this.end = last.offset() + 1;
    this.offsets = end - firstOffset == size ? null : offsets(records);
    this.leaderEpoch =
        first.leaderEpoch().equals(last.leaderEpoch()) ? last.leaderEpoch() : Optional.empty();
    long load = 0;
    for (ConsumerRecord<byte[], byte[]> record : records) {
      load += Load.of(record);
    }
    this.left = new AtomicLong(load);
  }

  private static long[] offsets(List<ConsumerRecord<byte[], byte[]>> records) {
    return records.stream().mapToLong(ConsumerRecord::offset).toArray();
  }

  /** A record that is not settled. */
  ConsumerRecord<byte[], byte[]> record(int index) {
    ConsumerRecord<byte[], byte[]> record = records[index];
    if (record == null) {
      throw new IllegalStateException(
          "the record at " + partition + "@" + offset(index) + " is settled already");
    }
    return record;
  }

  /**
   * Settles a record and lets go of it. Answers its load, which {@link #discharge} has to be told
   * of.
   */
  long settle(int index) {
    long load = Load.of(record(index));
    RECORD.setRelease(records, index, null);
    return load;
  }

  /**
   * Counts what was settled; false if the assignment was let go before, so that it counts for
   * nothing.
   */
  boolean discharge(long load) {
    return left.addAndGet(-load) >= 0;
  }

  boolean isSettled(int index) {
    return recordOrNull(index) == null;
  }

  @SuppressWarnings("unchecked")
  private @Nullable ConsumerRecord<byte[], byte[]> recordOrNull(int index) {
    return (ConsumerRecord<byte[], byte[]>) RECORD.getAcquire(records, index);
  }

  /** From here on nothing that settles counts. Answers what was unsettled. */
  long seal() {
    return Math.max(0, left.getAndSet(Long.MIN_VALUE / 2));
  }

  /** What is unsettled, as long as it is not sealed. */
  long left() {
    return left.get();
  }

  /** The first unsettled record; null if all are settled. Poll thread. */
  @Nullable ConsumerRecord<byte[], byte[]> first() {
    for (; firstUnsettled < size; firstUnsettled++) {
      ConsumerRecord<byte[], byte[]> record = recordOrNull(firstUnsettled);
      if (record != null) {
        return record;
      }
    }
    return null;
  }

  /** Whether all are settled. Poll thread. */
  boolean isSettled() {
    return first() == null;
  }

  /** Which records are settled, looked at from the last to the first. */
  BitSet settledFromTheEnd() {
    BitSet settled = new BitSet(size);
    for (int i = size - 1; i >= 0; i--) {
      if (isSettled(i)) {
        settled.set(i);
      }
    }
    return settled;
  }

  long offset(int index) {
    return offsets == null ? firstOffset + index : offsets[index];
  }

  /**
   * The leader epoch of the record before the {@link #first} unsettled one, empty if it is not
   * known: by that truncation is found (KIP-320).
   */
  Optional<Integer> leaderEpochBeforeFirst() {
    return firstUnsettled == 0 ? Optional.empty() : leaderEpoch;
  }
}
