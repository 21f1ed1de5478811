package dev.kafkaevents.core;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Records and their bytes in one number, so that both are counted in one step. Loads add and
 * subtract as numbers do, as long as neither part leaves its range: 8 million records, 1 TiB.
 */
final class Load {
  private static final int BYTES_BITS = 40;
  private static final long BYTES_MASK = (1L << BYTES_BITS) - 1;

  private Load() {}

  static long of(ConsumerRecord<?, ?> record) {
    long bytes =
        (long) Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
    return (1L << BYTES_BITS) + bytes;
  }

  static int records(long load) {
    return (int) (load >> BYTES_BITS);
  }

  static long bytes(long load) {
    return load & BYTES_MASK;
  }
}
