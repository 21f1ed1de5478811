package dev.kafkaevents.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/** Records as a consumer returns them. */
final class Records {
  static final TopicPartition P0 = new TopicPartition("orders", 0);

  private Records() {}

  static ConsumerRecord<byte[], byte[]> record(
      TopicPartition partition, long offset, String key, String value) {
    return new ConsumerRecord<>(
        partition.topic(),
        partition.partition(),
        offset,
        1_700_000_000_000L,
        TimestampType.CREATE_TIME,
        0,
        0,
        key == null ? null : key.getBytes(UTF_8),
        value == null ? null : value.getBytes(UTF_8),
        new RecordHeaders(),
        Optional.empty());
  }

  /** Records at these offsets, each its own key. */
  static List<ConsumerRecord<byte[], byte[]>> at(TopicPartition partition, long... offsets) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (long offset : offsets) {
      records.add(record(partition, offset, "k" + offset, "v"));
    }
    return records;
  }

  static OffsetAndMetadata offset(long offset) {
    return new OffsetAndMetadata(offset);
  }

  /** As a worker does; false if it counts for nothing. */
  static boolean settle(Segment segment, int index) {
    return segment.discharge(segment.settle(index));
  }
}
