package dev.kafkaevents.testkit.memory;

import java.util.List;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** A record that a producer has taken, made bytes, and not stored yet. */
record PendingRecord(
    TopicPartition destination,
    long timestamp,
    byte @Nullable [] key,
    byte @Nullable [] value,
    List<Header> headers,
    int bytes,
    @Nullable Callback callback,
    SendFuture future) {

  int keySize() {
    return key == null ? -1 : key.length;
  }

  int valueSize() {
    return value == null ? -1 : value.length;
  }

  RecordMetadata metadata(long offset, long timestamp) {
    return new RecordMetadata(destination, offset, 0, timestamp, keySize(), valueSize());
  }
}
