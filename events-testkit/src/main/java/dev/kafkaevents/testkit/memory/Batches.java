package dev.kafkaevents.testkit.memory;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * What a producer has taken and not sent, in batches by partition. Guarded by the broker's lock.
 */
final class Batches {
  private final int batchSize;
  private final long lingerNanos;
  private final Map<TopicPartition, Deque<Batch>> waiting = new LinkedHashMap<>();

  /** Sent or in the middle of it: no longer waiting, and not told of. */
  private int sending;

  Batches(int batchSize, long lingerNanos) {
    this.batchSize = batchSize;
    this.lingerNanos = lingerNanos;
  }

  /** Records that go together. */
  static final class Batch {
    final TopicPartition destination;
    final long created;
    final List<PendingRecord> records = new ArrayList<>();
    int bytes = RecordSizes.BATCH_OVERHEAD;
    boolean full;

    /** It could not be sent, and is tried again then. */
    long notBefore = Long.MIN_VALUE;

    Batch(TopicPartition destination, long created) {
      this.destination = destination;
      this.created = created;
    }
  }

  void add(PendingRecord record, long now) {
    Deque<Batch> queue = waiting.computeIfAbsent(record.destination(), id -> new ArrayDeque<>());
    Batch last = queue.peekLast();
    if (last == null || last.full || last.bytes + record.bytes() > batchSize) {
      if (last != null) {
        last.full = true;
      }
      last = new Batch(record.destination(), now);
      queue.add(last);
    }
    last.records.add(record);
    last.bytes += record.bytes();
    last.full |= last.bytes >= batchSize;
  }

  /** Closes all batches, so that none waits any longer. */
  void closeAll() {
    waiting.values().forEach(queue -> queue.forEach(batch -> batch.full = true));
  }

  /** The next batch to send, if there is one that waited for long enough. */
  @Nullable Batch next(long now) {
    for (Deque<Batch> queue : waiting.values()) {
      Batch first = queue.peek();
      if (first != null && due(first) <= now) {
        queue.remove();
        sending++;
        return first;
      }
    }
    return null;
  }

  /** When the next batch is due. */
  long nextDue(long otherwise) {
    long next = otherwise;
    for (Deque<Batch> queue : waiting.values()) {
      Batch first = queue.peek();
      if (first != null) {
        next = Math.min(next, due(first));
      }
    }
    return next;
  }

  private long due(Batch batch) {
    return Math.max(batch.notBefore, batch.full ? Long.MIN_VALUE : batch.created + lingerNanos);
  }

  /** Puts a batch back that could not be sent yet. */
  void returned(Batch batch, long notBefore) {
    sending--;
    batch.full = true;
    batch.notBefore = notBefore;
    waiting.computeIfAbsent(batch.destination, id -> new ArrayDeque<>()).addFirst(batch);
  }

  /** All who wait for a batch have been told. */
  void told() {
    sending--;
  }

  /** Takes out all that waits. */
  List<Batch> drain() {
    List<Batch> all = new ArrayList<>();
    waiting.values().forEach(all::addAll);
    waiting.clear();
    sending += all.size();
    return all;
  }

  /** Drops all, and nobody is told. */
  void forget() {
    waiting.clear();
    sending = 0;
  }

  boolean isEmpty() {
    return sending == 0 && waiting.values().stream().allMatch(Deque::isEmpty);
  }
}
