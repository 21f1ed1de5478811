package dev.kafkaevents.observability;

import dev.kafkaevents.PublisherHealth;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Publishers that are not closed yet, looked at once a second. Thread-safe. */
final class Publishers {
  private final List<PublisherHealth> open = new CopyOnWriteArrayList<>();
  private final NamedGauges named;
  private final ReentrantLock lock = new ReentrantLock();
  private final @Nullable ClientMeters clients;
  private final Refreshing refreshing = new Refreshing(this::refresh);

  Publishers(MeterRegistry registry, NamedGauges named, boolean withClients) {
    this.named = named;
    this.clients = withClients ? ClientMeters.ofProducers(registry) : null;
  }

  void watch(PublisherHealth publisher) {
    open.add(publisher);
    refreshing.begin();
  }

  private boolean refresh() {
    lock.lock();
    try {
      open.removeIf(PublisherHealth::isClosed);
      open.forEach(publisher -> named.tell(publisher.conditions()));
      if (clients != null) {
        clients.look(
            open.stream().<ClientMeters.Client>map(publisher -> publisher::clientMetric).toList());
      }
      return !open.isEmpty();
    } finally {
      lock.unlock();
    }
  }
}
