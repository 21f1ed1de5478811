package dev.kafkaevents.core;

import dev.kafkaevents.PublisherHealth;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.jspecify.annotations.Nullable;

/** Counts what is sent and what came of it, and looks at the metrics of the producer. */
final class ProducerHealth implements PublisherHealth {
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong ended = new AtomicLong();
  private volatile @Nullable Producer<byte[], byte[]> producer;

  void isOf(Producer<byte[], byte[]> producer) {
    this.producer = producer;
  }

  void sent() {
    sent.incrementAndGet();
  }

  void ended() {
    ended.incrementAndGet();
  }

  @Override
  public long unsent() {
    long before = ended.get(); // First, so that it is never below zero.
    return sent.get() - before;
  }

  @Override
  public long outcomes() {
    return ended.get();
  }

  @Override
  public int connections() {
    return (int) metric("connection-count", -1);
  }

  @Override
  public double freeBuffer() {
    double total = metric("buffer-total-bytes", 0);
    return total > 0 ? metric("buffer-available-bytes", total) / total : 1;
  }

  private double metric(String name, double otherwise) {
    Producer<byte[], byte[]> made = producer;
    if (made == null) {
      return otherwise;
    }
    try {
      for (Map.Entry<MetricName, ? extends Metric> metric : made.metrics().entrySet()) {
        MetricName found = metric.getKey();
        if (found.name().equals(name) && found.group().equals("producer-metrics")) {
          return metric.getValue().metricValue() instanceof Number value
              ? value.doubleValue()
              : otherwise;
        }
      }
    } catch (UnsupportedOperationException notModelled) {
      // A producer in memory has none.
    }
    return otherwise;
  }
}
