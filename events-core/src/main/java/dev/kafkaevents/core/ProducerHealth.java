package dev.kafkaevents.core;

import dev.kafkaevents.Condition;
import dev.kafkaevents.PublisherHealth;
import dev.kafkaevents.spi.PublishInterceptor;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicLongArray;
import org.apache.kafka.clients.producer.Producer;

/** Counts what is sent and what came of it, and looks at the metrics of the producer. */
final class ProducerHealth implements PublisherHealth {
  private static final String GROUP = "producer-metrics";

  /** Callers count what is sent, the network's thread what ended: a cache line apart each. */
  private static final int SENT = 16;

  private static final int ENDED = 2 * SENT;
  private final AtomicLongArray counts = new AtomicLongArray(3 * SENT);
  private final ClientMetrics metrics = new ClientMetrics();
  private volatile List<PublishInterceptor> interceptors = List.of();
  private volatile boolean closed;

  void isOf(Producer<byte[], byte[]> producer) {
    metrics.areOf(producer::metrics);
  }

  void isOf(List<PublishInterceptor> interceptors) {
    this.interceptors = interceptors;
  }

  void sent() {
    counts.incrementAndGet(SENT);
  }

  void ended() {
    counts.incrementAndGet(ENDED);
  }

  void closed() {
    closed = true;
  }

  @Override
  public long unsent() {
    long before = counts.get(ENDED); // First, so that it is never below zero.
    return counts.get(SENT) - before;
  }

  @Override
  public long outcomes() {
    return counts.get(ENDED);
  }

  @Override
  public int connections() {
    return (int) metrics.value(GROUP, "connection-count").orElse(-1);
  }

  @Override
  public double freeBuffer() {
    double total = metrics.value(GROUP, "buffer-total-bytes").orElse(0);
    return total > 0 ? metrics.value(GROUP, "buffer-available-bytes").orElse(total) / total : 1;
  }

  @Override
  public boolean isClosed() {
    return closed;
  }

  @Override
  public List<Condition> conditions() {
    return interceptors.stream().flatMap(each -> each.conditions().stream()).toList();
  }

  @Override
  public OptionalDouble clientMetric(String group, String name) {
    return metrics.value(group, name);
  }
}
