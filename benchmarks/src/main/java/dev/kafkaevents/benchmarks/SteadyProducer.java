package dev.kafkaevents.benchmarks;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Sends samples at a steady rate: each when it is due, whatever became of those before it. Used by
 * one thread.
 */
final class SteadyProducer implements AutoCloseable {
  static final int PER_SECOND = 2_000;
  private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1) / PER_SECOND;

  private final String topic;
  private final int keys;
  private final KafkaProducer<byte[], byte[]> producer;
  private final AtomicLong failures = new AtomicLong();

  SteadyProducer(String bootstrapServers, String topic, int keys) {
    this.topic = topic;
    this.keys = keys;
    this.producer = new KafkaProducer<>(RawPublishing.producerConfig(bootstrapServers, 0));
  }

  /**
   * Sends the samples from {@code from} to before {@code to}, from now on. Answers when the first
   * was due.
   */
  long send(int from, int to) {
    long start = System.nanoTime();
    for (int i = from; i < to; i++) {
      awaitDue(start, i - from);
      ProducerRecord<byte[], byte[]> event = RawPublishing.encode(topic, Sample.of(i, keys));
      var unused =
          producer.send(
              event,
              (metadata, e) -> {
                if (e != null) {
                  failures.incrementAndGet();
                }
              });
    }
    producer.flush();
    if (failures.get() > 0) {
      throw new IllegalStateException(failures + " events could not be sent");
    }
    return start;
  }

  private static void awaitDue(long start, int events) {
    long due = due(start, events);
    for (long early = due - System.nanoTime(); early > 0; early = due - System.nanoTime()) {
      LockSupport.parkNanos(early);
    }
  }

  /** When an event is due that has {@code events} before it since {@code start}. */
  static long due(long start, int events) {
    return start + events * INTERVAL_NANOS;
  }

  @Override
  public void close() {
    producer.close();
  }
}
