package dev.kafkaevents.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * One poll's records of one partition. A record is known by its place in the list, so that gaps
 * between offsets (a compacted topic, the markers of transactions) are none here, and settling it
 * is one bit.
 *
 * <p>Lanes settle; the poll thread reads. Settling twice would be a defect of the engine.
 */
final class Segment {
  private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);

  final AssignedPartition partition;
  final List<ConsumerRecord<byte[], byte[]>> records;

  /**
   * For each record the place of the next one in the same lane, or 0. Written before the segment is
   * handed over.
   */
  final int[] nextInLane;

  private final long[] settled;

  /** What is unsettled, as a {@link Load}; far below zero once sealed. */
  private final AtomicLong left;

  Segment(AssignedPartition partition, List<ConsumerRecord<byte[], byte[]>> records) {
    this.partition = partition;
    this.records = records;
    this.nextInLane = new int[records.size()];
    this.settled = new long[(records.size() + 63) >>> 6];
    long load = 0;
    for (ConsumerRecord<byte[], byte[]> record : records) {
      load += Load.of(record);
    }
    this.left = new AtomicLong(load);
  }

  /** Settles a record; false if the assignment was let go before, so that it counts for nothing. */
  boolean settle(int index) {
    WORD.getAndBitwiseOr(settled, index >>> 6, 1L << index);
    return left.addAndGet(-Load.of(records.get(index))) >= 0;
  }

  boolean isSettled(int index) {
    return (word(index) & (1L << index)) != 0;
  }

  /** From here on nothing that settles counts. Answers what was unsettled. */
  long seal() {
    return Math.max(0, left.getAndSet(Long.MIN_VALUE / 2));
  }

  /** What is unsettled, as long as it is not sealed. */
  long left() {
    return left.get();
  }

  /**
   * The place of the first unsettled record at or after {@code from}; the size if there is none.
   */
  int firstUnsettled(int from) {
    int size = records.size();
    for (int i = from; i < size; ) {
      long open = ~word(i) >>> i;
      if (open != 0) {
        return Math.min(size, i + Long.numberOfTrailingZeros(open));
      }
      i = (i | 63) + 1;
    }
    return size;
  }

  /** The bits of all records, the later ones read before the earlier. */
  long[] settledFromTheEnd() {
    long[] words = new long[settled.length];
    for (int i = words.length - 1; i >= 0; i--) {
      words[i] = (long) WORD.getAcquire(settled, i);
    }
    return words;
  }

  private long word(int index) {
    return (long) WORD.getAcquire(settled, index >>> 6);
  }

  long offset(int index) {
    return records.get(index).offset();
  }
}
