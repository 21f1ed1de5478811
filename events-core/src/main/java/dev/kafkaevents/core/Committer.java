package dev.kafkaevents.core;

import dev.kafkaevents.spi.EventsProbe;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.clients.consumer.RetriableCommitFailedException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits what is settled: once a second without waiting, one commit at a time; and synchronously when partitions are
 * given up. A commit that fails is not repeated, since the next one is newer, and is no failure of any handler: all that
 * may come of it are repeats. Confined to the poll thread.
 */
final class Committer {
  private static final Logger LOG = LoggerFactory.getLogger(Committer.class);
  private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Consumer<byte[], byte[]> consumer;
  private final EventsRuntime runtime;
  private final EventsProbe probe;
  private final String group;
  private final String topic;

  private long lastNanos;
  private boolean outstanding;
  private @Nullable KafkaException fatal;

  Committer(Consumer<byte[], byte[]> consumer, EventsRuntime runtime, EventsProbe probe, String group, String topic) {
    this.consumer = consumer;
    this.runtime = runtime;
    this.probe = probe;
    this.group = group;
    this.topic = topic;
    this.lastNanos = runtime.nanoTime();
  }

  /** Commits if it is time to. */
  void tick(Collection<AssignedPartition> partitions) {
    if (fatal != null) {
      throw fatal;
    }
    long now = runtime.nanoTime();
    if (outstanding || now - lastNanos < INTERVAL_NANOS) {
      return;
    }
    lastNanos = now;
    Map<AssignedPartition, OffsetAndMetadata> settled = committable(partitions);
    if (settled.isEmpty()) {
      return;
    }
    outstanding = true;
    consumer.commitAsync(
        byName(settled),
        (offsets, failure) -> {
          outstanding = false;
          if (failure == null) {
            committed(settled);
          } else {
            failed(offsets, failure);
          }
        });
  }

  /**
   * Commits what {@code partitions} have settled, waiting for {@code timeout} at most. False if that has to wait for a
   * rebalance, which goes on in the next poll.
   */
  boolean commitNow(Collection<AssignedPartition> partitions, Duration timeout) {
    Map<AssignedPartition, OffsetAndMetadata> settled = committable(partitions);
    if (settled.isEmpty()) {
      return true;
    }
    try {
      commitThroughWakeups(byName(settled), timeout);
      committed(settled);
    } catch (RebalanceInProgressException e) {
      return false;
    } catch (KafkaException e) {
      failed(byName(settled), e);
    }
    return true;
  }

  /** A wake-up is meant for the poll; each that comes in between costs one more try. */
  private void commitThroughWakeups(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
    while (true) {
      try {
        consumer.commitSync(offsets, timeout);
        return;
      } catch (WakeupException meantForThePoll) {
        LOG.debug("a wake-up came during a commit of group {}; committing again", group);
      }
    }
  }

  private static Map<AssignedPartition, OffsetAndMetadata> committable(Collection<AssignedPartition> partitions) {
    Map<AssignedPartition, OffsetAndMetadata> settled = new HashMap<>();
    for (AssignedPartition partition : partitions) {
      OffsetAndMetadata offset = partition.committable();
      if (offset != null) {
        settled.put(partition, offset);
      }
    }
    return settled;
  }

  private static Map<TopicPartition, OffsetAndMetadata> byName(Map<AssignedPartition, OffsetAndMetadata> offsets) {
    Map<TopicPartition, OffsetAndMetadata> named = new HashMap<>();
    offsets.forEach((partition, offset) -> named.put(partition.id, offset));
    return named;
  }

  private void committed(Map<AssignedPartition, OffsetAndMetadata> offsets) {
    offsets.forEach(
        (partition, offset) -> {
          partition.committedIs(offset.offset());
          probe.committed(group, topic, partition.id.partition(), offset.offset());
        });
  }

  private void failed(Map<TopicPartition, OffsetAndMetadata> offsets, Exception failure) {
    if (failure instanceof FencedInstanceIdException || failure instanceof AuthorizationException) {
      fatal = (KafkaException) failure;
    } else if (failure instanceof RebalanceInProgressException
        || failure instanceof CommitFailedException
        || failure instanceof RetriableCommitFailedException
        || failure instanceof RetriableException) {
      LOG.info("group {} could not commit {}: {}; what is not committed may be delivered again", group, offsets, failure.getMessage());
    } else {
      LOG.warn("group {} could not commit {}; what is not committed may be delivered again", group, offsets, failure);
    }
  }
}
