package dev.kafkaevents.core;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.PauseReason;
import dev.kafkaevents.Position;
import dev.kafkaevents.PublishException;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.Topic;
import dev.kafkaevents.spi.EventsProbe;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * All installed probes as one, none of which can harm the engine: what they throw is logged. What
 * is told of every record is told without a lambda, which would be garbage of every record.
 */
final class Probes implements EventsProbe {
  static final EventsProbe SILENT = new EventsProbe() {};

  private final EventsProbe[] probes;
  private final ProbeFailures failures;

  private Probes(List<EventsProbe> probes, EventsRuntime runtime) {
    this.probes = probes.toArray(EventsProbe[]::new);
    this.failures = new ProbeFailures(runtime);
  }

  static EventsProbe of(List<EventsProbe> probes, EventsRuntime runtime) {
    return probes.isEmpty() ? SILENT : new Probes(probes, runtime);
  }

  private void each(Consumer<EventsProbe> call) {
    for (EventsProbe probe : probes) {
      try {
        call.accept(probe);
      } catch (RuntimeException e) {
        failures.failed(probe, e);
      }
    }
  }

  @Override
  public void published(Topic<?> topic, String eventId, Position position) {
    for (EventsProbe probe : probes) {
      try {
        probe.published(topic, eventId, position);
      } catch (RuntimeException e) {
        failures.failed(probe, e);
      }
    }
  }

  @Override
  public void publishFailed(Topic<?> topic, String eventId, PublishException failure) {
    each(probe -> probe.publishFailed(topic, eventId, failure));
  }

  @Override
  public void delivered(Delivery<?> delivery) {
    for (EventsProbe probe : probes) {
      try {
        probe.delivered(delivery);
      } catch (RuntimeException e) {
        failures.failed(probe, e);
      }
    }
  }

  @Override
  public void settled(Delivery<?> delivery, Settlement settlement) {
    for (EventsProbe probe : probes) {
      try {
        probe.settled(delivery, settlement);
      } catch (RuntimeException e) {
        failures.failed(probe, e);
      }
    }
  }

  @Override
  public void attemptFailed(Delivery<?> delivery, Throwable failure) {
    each(probe -> probe.attemptFailed(delivery, failure));
  }

  @Override
  public void failed(Delivery<?> delivery, Throwable failure) {
    each(probe -> probe.failed(delivery, failure));
  }

  @Override
  public void retryScheduled(Delivery<?> delivery, Duration delay) {
    each(probe -> probe.retryScheduled(delivery, delay));
  }

  @Override
  public void committed(String group, String topic, int partition, long offset) {
    each(probe -> probe.committed(group, topic, partition, offset));
  }

  @Override
  public void commitFailed(String group, String topic, int partition, Throwable failure) {
    each(probe -> probe.commitFailed(group, topic, partition, failure));
  }

  @Override
  public void subscribed(String group, Topic<?> topic, Subscription subscription) {
    each(probe -> probe.subscribed(group, topic, subscription));
  }

  @Override
  public void assigned(String group, String topic, int partition) {
    each(probe -> probe.assigned(group, topic, partition));
  }

  @Override
  public void revoked(String group, String topic, int partition) {
    each(probe -> probe.revoked(group, topic, partition));
  }

  @Override
  public void lost(String group, String topic, int partition) {
    each(probe -> probe.lost(group, topic, partition));
  }

  @Override
  public void paused(String group, String topic, int partition, Set<PauseReason> reasons) {
    each(probe -> probe.paused(group, topic, partition, reasons));
  }

  @Override
  public void settledLate(String group, String topic, int partition, int records) {
    each(probe -> probe.settledLate(group, topic, partition, records));
  }

  @Override
  public void stalled(String group, String topic, int partition, long offset, Duration since) {
    each(probe -> probe.stalled(group, topic, partition, offset, since));
  }
}
