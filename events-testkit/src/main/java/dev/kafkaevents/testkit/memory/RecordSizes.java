package dev.kafkaevents.testkit.memory;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** How many bytes records take on the wire and in a log, uncompressed (record format 2). */
final class RecordSizes {
  static final int BATCH_OVERHEAD = 61;

  /** Length, attributes, timestamp and offset at their longest. */
  private static final int MOST_OVERHEAD = 21;

  /** The same, for a record near the beginning of its batch. */
  private static final int USUAL_OVERHEAD = 5;

  private RecordSizes() {}

  /** What Kafka's producer holds against its limits. */
  static int upperBound(byte @Nullable [] key, byte @Nullable [] value, Iterable<Header> headers) {
    return BATCH_OVERHEAD + MOST_OVERHEAD + body(key, value, headers);
  }

  /** What it adds to a batch, within a few bytes. */
  static int inBatch(byte @Nullable [] key, byte @Nullable [] value, Iterable<Header> headers) {
    return USUAL_OVERHEAD + body(key, value, headers);
  }

  private static int body(
      byte @Nullable [] key, byte @Nullable [] value, Iterable<Header> headers) {
    int size = prefixed(key) + prefixed(value);
    int count = 0;
    for (Header header : headers) {
      count++;
      size += prefixed(header.key().getBytes(UTF_8)) + prefixed(header.value());
    }
    return size + varint(count);
  }

  private static int prefixed(byte @Nullable [] bytes) {
    return bytes == null ? varint(-1) : varint(bytes.length) + bytes.length;
  }

  private static int varint(int value) {
    int zigzag = value << 1 ^ value >> 31;
    return Math.max(1, (38 - Integer.numberOfLeadingZeros(zigzag)) / 7);
  }
}
