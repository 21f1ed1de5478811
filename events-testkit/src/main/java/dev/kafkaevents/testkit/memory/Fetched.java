package dev.kafkaevents.testkit.memory;

import dev.kafkaevents.testkit.memory.Positions.Position;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordDeserializationException;
import org.apache.kafka.common.errors.RecordDeserializationException.DeserializationExceptionOrigin;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * What a consumer has fetched and not returned yet: a portion of each partition, handed out one
 * partition after the other. Confined to the consumer's thread.
 */
final class Fetched<K, V> {
  private final Broker broker;
  private final ConsumerSettings settings;
  private final Positions positions;
  private final Deserializer<K> keys;
  private final Deserializer<V> values;
  private final Deque<Portion> portions = new ArrayDeque<>();

  Fetched(
      Broker broker,
      ConsumerSettings settings,
      Positions positions,
      Deserializer<K> keys,
      Deserializer<V> values) {
    this.broker = broker;
    this.settings = settings;
    this.positions = positions;
    this.keys = keys;
    this.values = values;
  }

  /** Of one partition, in order. */
  private static final class Portion {
    final TopicPartition id;
    final List<StoredRecord> records;
    final long end;
    int index;
    long next;

    Portion(TopicPartition id, List<StoredRecord> records, long from, long end) {
      this.id = id;
      this.records = records;
      this.next = from;
      this.end = end;
    }
  }

  /**
   * Returns what there is, up to {@code max.poll.records}; null if nothing has moved.
   *
   * @throws RecordDeserializationException if the first record there is can't be read, and again
   *     until somebody seeks past it
   * @throws OffsetOutOfRangeException if a position is not in the log and there is no other
   */
  @Nullable ConsumerRecords<K, V> poll() {
    Map<TopicPartition, Long> outOfRange = new HashMap<>();
    broker.atomically(() -> fetch(outOfRange));
    Map<TopicPartition, List<ConsumerRecord<K, V>>> records = new LinkedHashMap<>();
    Map<TopicPartition, OffsetAndMetadata> nextOffsets = new LinkedHashMap<>();
    int left = broker.time.upTo(settings.maxPollRecords);
    Iterator<Portion> iterator = portions.iterator();
    while (iterator.hasNext() && left > 0) {
      Portion portion = iterator.next();
      Position position = positions.find(portion.id);
      if (position == null || position.next == null || position.next != portion.next) {
        iterator.remove();
        continue;
      }
      if (position.paused) {
        continue;
      }
      List<ConsumerRecord<K, V>> some = new ArrayList<>();
      RecordDeserializationException failure = hand(portion, left, some);
      left -= some.size();
      if (position.next != portion.next) {
        position.is(portion.next);
        position.moved = true;
        nextOffsets.put(portion.id, new OffsetAndMetadata(portion.next, Optional.of(0), ""));
      }
      if (!some.isEmpty()) {
        records.put(portion.id, some);
      }
      if (failure != null) {
        if (records.isEmpty() && nextOffsets.isEmpty()) {
          throw failure;
        }
        break;
      }
      if (portion.index >= portion.records.size() && portion.next >= portion.end) {
        iterator.remove();
      }
    }
    if (records.isEmpty() && nextOffsets.isEmpty()) {
      if (!outOfRange.isEmpty()) {
        throw new OffsetOutOfRangeException(outOfRange);
      }
      return null;
    }
    for (Map.Entry<TopicPartition, List<ConsumerRecord<K, V>>> entry : records.entrySet()) {
      tell(entry.getKey(), entry.getValue());
    }
    return new ConsumerRecords<>(records, nextOffsets);
  }

  private void tell(TopicPartition id, List<ConsumerRecord<K, V>> records) {
    long first = records.get(0).offset();
    broker.time.did(
        Step.Kind.POLLED,
        new dev.kafkaevents.Position(id.topic(), id.partition(), first),
        "polled " + records.size() + " of " + id + " from " + first);
  }

  /** Fetches where nothing is left of what was fetched. */
  private void fetch(Map<TopicPartition, Long> outOfRange) {
    long bytes = 0;
    List<TopicPartition> have = new ArrayList<>();
    portions.forEach(
        portion -> {
          Position position = positions.find(portion.id);
          if (position != null && position.next != null && position.next == portion.next) {
            have.add(portion.id);
          }
        });
    portions.removeIf(portion -> !have.contains(portion.id));
    for (Map.Entry<TopicPartition, Position> entry : positions.all().entrySet()) {
      TopicPartition id = entry.getKey();
      Position position = entry.getValue();
      PartitionLog log = broker.findLog(id);
      if (log == null || position.next == null) {
        continue;
      }
      long end = log.end(settings.committedOnly);
      position.end = end;
      if (position.paused || have.contains(id)) {
        continue;
      }
      long next = position.next;
      if (next < log.start() || next > log.end()) {
        if (settings.reset.kind() == Reset.Kind.NONE) {
          outOfRange.put(id, next);
          continue;
        }
        next = settings.reset.offset(log, settings.committedOnly, broker.time.millis());
        position.is(next);
      }
      if (next < end && (bytes == 0 || bytes < settings.fetchBytes)) {
        List<StoredRecord> read =
            log.read(next, settings.committedOnly, settings.partitionFetchBytes);
        long readTo = read.isEmpty() ? end : read.get(read.size() - 1).offset() + 1;
        for (StoredRecord record : read) {
          bytes += record.bytes();
        }
        portions.add(new Portion(id, read, next, readTo));
      }
    }
  }

  private @Nullable RecordDeserializationException hand(
      Portion portion, int most, List<ConsumerRecord<K, V>> into) {
    while (into.size() < most) {
      if (portion.index >= portion.records.size()) {
        portion.next = portion.end;
        return null;
      }
      StoredRecord record = portion.records.get(portion.index);
      if (record.offset() >= portion.next && record.isVisible(settings.committedOnly)) {
        try {
          into.add(read(portion.id, record));
        } catch (RecordDeserializationException e) {
          return e;
        }
      }
      portion.index++;
      portion.next = Math.max(portion.next, record.offset() + 1);
    }
    return null;
  }

  private ConsumerRecord<K, V> read(TopicPartition id, StoredRecord record) {
    Headers headers = record.copyOfHeaders();
    K key = deserialize(keys, DeserializationExceptionOrigin.KEY, id, record, headers);
    V value = deserialize(values, DeserializationExceptionOrigin.VALUE, id, record, headers);
    return new ConsumerRecord<>(
        id.topic(),
        id.partition(),
        record.offset(),
        record.timestamp(),
        record.timestampType(),
        record.key() == null ? -1 : record.key().length,
        record.value() == null ? -1 : record.value().length,
        key,
        value,
        headers,
        Optional.of(0));
  }

  @SuppressWarnings("NullAway") // Kafka's records have null keys and values
  private static <T> T deserialize(
      Deserializer<T> deserializer,
      DeserializationExceptionOrigin origin,
      TopicPartition id,
      StoredRecord record,
      Headers headers) {
    ByteBuffer bytes =
        buffer(origin == DeserializationExceptionOrigin.KEY ? record.key() : record.value());
    if (bytes == null) {
      return null;
    }
    try {
      return deserializer.deserialize(id.topic(), headers, bytes);
    } catch (RuntimeException e) {
      throw new RecordDeserializationException(
          origin,
          id,
          record.offset(),
          record.timestamp(),
          record.timestampType(),
          buffer(record.key()),
          buffer(record.value()),
          headers,
          "Error deserializing "
              + origin.name()
              + " for partition "
              + id
              + " at offset "
              + record.offset()
              + ". If needed, please seek past the record to continue consumption.",
          e);
    }
  }

  /** A copy: what is done to it changes no log. */
  private static @Nullable ByteBuffer buffer(byte @Nullable [] bytes) {
    return bytes == null ? null : ByteBuffer.wrap(bytes.clone());
  }
}
