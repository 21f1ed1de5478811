package dev.kafkaevents.testkit.memory;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * The records of one partition, by offset, with gaps: a marker takes an offset, and compaction
 * leaves holes. Guarded by the broker's lock.
 */
final class PartitionLog {
  final TopicPartition id;
  final StoredTopic topic;

  private List<StoredRecord> records = new ArrayList<>();
  private long start;
  private long end;
  private long batches;

  /** First offset of each open transaction, oldest first. */
  private final Map<Transaction, Long> open = new LinkedHashMap<>();

  /** A consumer holds these to tell whether what it fetched before still stands. */
  PartitionLog(TopicPartition id, StoredTopic topic) {
    this.id = id;
    this.topic = topic;
  }

  /** The first offset that may be read. */
  long start() {
    return start;
  }

  /** Behind the last record: the high watermark, as there is one replica. */
  long end() {
    return end;
  }

  /** Before the first record of the first open transaction: as far as the committed is known. */
  long lastStable() {
    return open.isEmpty() ? end : open.values().iterator().next();
  }

  long end(boolean committedOnly) {
    return committedOnly ? lastStable() : end;
  }

  /** All records that are there, markers included. */
  List<StoredRecord> records() {
    return List.copyOf(records);
  }

  /** Begins a batch; its records are appended with the number it answers. */
  long newBatch() {
    return ++batches;
  }

  StoredRecord append(
      PendingRecord record, @Nullable Transaction transaction, long batch, long now) {
    if (transaction != null && !open.containsKey(transaction)) {
      open.put(transaction, end);
      transaction.logs.add(this);
    }
    StoredRecord stored =
        new StoredRecord(
            end,
            topic.settings.appendTime() ? now : record.timestamp(),
            topic.settings.appendTime() ? TimestampType.LOG_APPEND_TIME : TimestampType.CREATE_TIME,
            record.key(),
            record.value(),
            record.headers(),
            transaction,
            false,
            batch,
            record.bytes());
    records.add(stored);
    end++;
    return stored;
  }

  /** Writes the marker of a transaction that has ended. */
  void end(Transaction transaction, long now) {
    open.remove(transaction);
    records.add(
        new StoredRecord(
            end,
            now,
            TimestampType.CREATE_TIME,
            null,
            null,
            List.of(),
            transaction,
            true,
            newBatch(),
            78 - RecordSizes.BATCH_OVERHEAD));
    end++;
  }

  /** Records from {@code offset}, whole batches, the first of them however large it is. */
  List<StoredRecord> read(long offset, boolean committedOnly, int mostBytes) {
    List<StoredRecord> portion = new ArrayList<>();
    long limit = end(committedOnly);
    long bytes = 0;
    for (int i = indexOf(offset); i < records.size() && records.get(i).offset() < limit; ) {
      int next = i;
      long size = RecordSizes.BATCH_OVERHEAD;
      while (next < records.size() && records.get(next).batch() == records.get(i).batch()) {
        size += records.get(next++).bytes();
      }
      if (!portion.isEmpty() && bytes + size > mostBytes) {
        break;
      }
      bytes += size;
      portion.addAll(records.subList(i, next));
      i = next;
    }
    return portion;
  }

  /** The first record at or after a time, by offset; null if there is none. */
  @Nullable StoredRecord firstSince(long timestamp, boolean committedOnly) {
    long limit = end(committedOnly);
    for (StoredRecord record : records) {
      if (record.offset() < limit && record.timestamp() >= timestamp) {
        return record;
      }
    }
    return null;
  }

  void deleteBefore(long offset) {
    if (offset > start) {
      records = new ArrayList<>(records.subList(indexOf(offset), records.size()));
      start = offset;
    }
  }

  /** Deletes from the front what is older than the topic retains. */
  void expire(long now) {
    long retention = topic.settings.retentionMillis();
    if (retention < 0) {
      return;
    }
    int old = 0;
    while (old < records.size() && records.get(old).timestamp() < now - retention) {
      old++;
    }
    deleteBefore(old < records.size() ? records.get(old).offset() : end);
  }

  /** Keeps the last record of each key below the last stable offset; old tombstones go as well. */
  void compact(long now) {
    long limit = lastStable();
    Map<ByteBuffer, Long> last = new HashMap<>();
    for (StoredRecord record : records) {
      if (record.offset() < limit && record.isVisible(true) && record.key() != null) {
        last.put(ByteBuffer.wrap(record.key()), record.offset());
      }
    }
    List<StoredRecord> kept = new ArrayList<>();
    for (StoredRecord record : records) {
      if (record.offset() >= limit || outlivesCompaction(record, last, now)) {
        kept.add(record);
      }
    }
    records = kept;
  }

  private boolean outlivesCompaction(StoredRecord record, Map<ByteBuffer, Long> last, long now) {
    if (record.control()) {
      return true;
    }
    if (record.key() == null || !record.isVisible(true)) {
      return false;
    }
    Long newest = last.get(ByteBuffer.wrap(record.key()));
    if (newest == null || newest != record.offset()) {
      return false;
    }
    return record.value() != null || now - record.timestamp() <= topic.settings.tombstoneMillis();
  }

  /** The first record at or after an offset, by its place. */
  private int indexOf(long offset) {
    int low = 0;
    int high = records.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (records.get(middle).offset() < offset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
