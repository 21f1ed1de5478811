package dev.kafkaevents.core;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.PauseReason;
import dev.kafkaevents.Position;
import dev.kafkaevents.PublishException;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.Topic;
import dev.kafkaevents.spi.EventsProbe;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All installed probes as one, none of which can harm the engine: what they throw is logged. */
final class Probes implements EventsProbe {
  static final EventsProbe SILENT = new EventsProbe() {};

  private static final Logger LOG = LoggerFactory.getLogger(Probes.class);

  private final List<EventsProbe> probes;

  private Probes(List<EventsProbe> probes) {
    this.probes = probes;
  }

  static EventsProbe of(List<EventsProbe> probes) {
    return probes.isEmpty() ? SILENT : new Probes(List.copyOf(probes));
  }

  private void each(Consumer<EventsProbe> call) {
    for (EventsProbe probe : probes) {
      try {
        call.accept(probe);
      } catch (RuntimeException e) {
        LOG.warn("probe {} failed; nothing else is affected", probe.getClass().getName(), e);
      }
    }
  }

  @Override
  public void published(Topic<?> topic, String eventId, Position position) {
    each(probe -> probe.published(topic, eventId, position));
  }

  @Override
  public void publishFailed(Topic<?> topic, String eventId, PublishException failure) {
    each(probe -> probe.publishFailed(topic, eventId, failure));
  }

  @Override
  public void delivered(Delivery<?> delivery) {
    each(probe -> probe.delivered(delivery));
  }

  @Override
  public void settled(Delivery<?> delivery, Settlement settlement) {
    each(probe -> probe.settled(delivery, settlement));
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
