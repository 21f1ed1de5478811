package dev.kafkaevents.core;

import dev.kafkaevents.spi.EventsProbe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks once a second how far the partitions have come, where they end, and whether one is stalled.
 *
 * <p>The end of a partition that is read comes with what is read. One that is paused is not heard
 * of, so that the cluster has to be asked, which is done every other second. Confined to the poll
 * thread.
 */
final class Watch {
  private static final Logger LOG = LoggerFactory.getLogger(Watch.class);
  private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long ASK_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final Duration ASK_TIMEOUT = Duration.ofSeconds(1);

  /** The newer consumer answers each question by another thread, so there are not too many. */
  private static final int QUESTIONS = 100;

  private final Consumer<byte[], byte[]> consumer;
  private final EventsRuntime runtime;
  private final EventsProbe probe;
  private final KafkaSubscription<?> subscription;
  private final long stallNanos;

  private long lastNanos;
  private long lastAskedNanos;
  private int next;

  Watch(
      Consumer<byte[], byte[]> consumer,
      EventsRuntime runtime,
      EventsProbe probe,
      KafkaSubscription<?> subscription) {
    this.consumer = consumer;
    this.runtime = runtime;
    this.probe = probe;
    this.subscription = subscription;
    this.stallNanos = subscription.options().stallTimeout().toNanos();
    this.lastNanos = runtime.nanoTime();
    this.lastAskedNanos = lastNanos - ASK_NANOS;
  }

  /** Looks, if it is time to; true if it did. */
  boolean tick(Collection<AssignedPartition> partitions) {
    long now = runtime.nanoTime();
    if (now - lastNanos < INTERVAL_NANOS) {
      return false;
    }
    lastNanos = now;
    findEnds(List.copyOf(partitions), now);
    for (AssignedPartition partition : partitions) {
      partition.look();
      partition.progress.oldestIs(partition.oldest(), runtime.now().toEpochMilli());
      watch(partition, now);
    }
    return true;
  }

  private void watch(AssignedPartition partition, long now) {
    Progress progress = partition.progress;
    long stuck = progress.stuckFor(now);
    boolean stalled = stuck > stallNanos;
    if (stalled && !progress.isStalled()) {
      Duration since = Duration.ofNanos(stuck);
      LOG.atWarn()
          .addKeyValue("event", "stalled")
          .addKeyValue("group", subscription.options().group())
          .addKeyValue("topic", subscription.topic().name())
          .addKeyValue("partition", partition.id.partition())
          .addKeyValue("offset", progress.settledTo())
          .addKeyValue("since", since)
          .log(
              "{} has not settled {}@{} for {} s; events before it are committed, and those after it are not",
              subscription,
              partition,
              progress.settledTo(),
              since.toSeconds());
      probe.stalled(
          subscription.options().group(),
          subscription.topic().name(),
          partition.id.partition(),
          progress.settledTo(),
          since);
    } else if (!stalled && progress.isStalled()) {
      LOG.atInfo()
          .addKeyValue("event", "stall_over")
          .addKeyValue("group", subscription.options().group())
          .addKeyValue("topic", subscription.topic().name())
          .addKeyValue("partition", partition.id.partition())
          .addKeyValue("offset", progress.settledTo())
          .log("{} goes on at {}@{}", subscription, partition, progress.settledTo());
    }
    progress.stalledIs(stalled);
  }

  private void findEnds(List<AssignedPartition> partitions, long now) {
    List<AssignedPartition> paused = new ArrayList<>();
    for (int i = 0; i < Math.min(QUESTIONS, partitions.size()); i++) {
      AssignedPartition partition = partitions.get(next++ % partitions.size());
      if (partition.progress.pauses().isEmpty()) {
        findEnd(partition);
      }
    }
    next %= Math.max(1, partitions.size());
    for (AssignedPartition partition : partitions) {
      if (!partition.progress.pauses().isEmpty()) {
        paused.add(partition);
      }
    }
    if (!paused.isEmpty() && now - lastAskedNanos > ASK_NANOS) {
      lastAskedNanos = now;
      askForEnds(paused);
    }
  }

  private void findEnd(AssignedPartition partition) {
    try {
      OptionalLong lag = consumer.currentLag(partition.id);
      if (lag.isEmpty()) {
        return;
      }
      knowPosition(partition);
      partition.progress.endIs(partition.progress.position() + lag.getAsLong());
    } catch (WakeupException meantForTheLoop) {
      LOG.trace("{} was woken", subscription);
    } catch (KafkaException | IllegalStateException e) {
      LOG.atDebug()
          .addKeyValue("event", "end_unknown")
          .addKeyValue("group", subscription.options().group())
          .addKeyValue("topic", subscription.topic().name())
          .addKeyValue("error", e.getClass().getName())
          .setCause(e)
          .log("{} does not know the end of {}", subscription, partition);
    }
  }

  /** As long as nothing was read: where reading begins is settled already. */
  private void knowPosition(AssignedPartition partition) {
    if (partition.progress.position() < 0) {
      partition.positionIs(new OffsetAndMetadata(consumer.position(partition.id, ASK_TIMEOUT)));
    }
  }

  private void askForEnds(List<AssignedPartition> partitions) {
    try {
      Map<TopicPartition, Long> ends =
          consumer.endOffsets(
              partitions.stream().map(partition -> partition.id).toList(), ASK_TIMEOUT);
      for (AssignedPartition partition : partitions) {
        Long end = ends.get(partition.id);
        if (end != null) {
          knowPosition(partition);
          partition.progress.endIs(end);
        }
      }
    } catch (WakeupException meantForTheLoop) {
      LOG.trace("{} was woken", subscription);
    } catch (KafkaException e) {
      LOG.atDebug()
          .addKeyValue("event", "end_unknown")
          .addKeyValue("group", subscription.options().group())
          .addKeyValue("topic", subscription.topic().name())
          .addKeyValue("error", e.getClass().getName())
          .setCause(e)
          .log("{} does not know the ends of {}", subscription, partitions);
      partitions.forEach(partition -> partition.progress.endIsUnknown());
    }
  }
}
