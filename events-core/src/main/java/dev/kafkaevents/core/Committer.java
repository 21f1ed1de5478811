package dev.kafkaevents.core;

import dev.kafkaevents.core.AssignedPartition.Commit;
import dev.kafkaevents.spi.EventsProbe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.OffsetMetadataTooLarge;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits what is settled: once a second, or when ten thousand records were settled since, without
 * waiting and one commit at a time; and synchronously when partitions are given up. A commit that
 * fails is not repeated, since the next one is newer, and is no failure of any handler: all that
 * may come of it are repeats. Confined to the poll thread.
 */
final class Committer {
  private static final Logger LOG = LoggerFactory.getLogger(Committer.class);
  private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long INTERVAL_RECORDS = 10_000;

  private final Consumer<byte[], byte[]> consumer;
  private final EventsRuntime runtime;
  private final EventsProbe probe;
  private final String group;
  private final String topic;

  /**
   * Kafka's default for {@code offset.metadata.max.bytes}, until the cluster says that it is less.
   */
  private int metadataLimit = 4096;

  private long lastNanos;
  private long lastSettled;
  private boolean outstanding;

  /** How many commits failed since the last that did not; only the first is logged. */
  private int failures;

  private @Nullable KafkaException fatal;

  Committer(
      Consumer<byte[], byte[]> consumer,
      EventsRuntime runtime,
      EventsProbe probe,
      String group,
      String topic) {
    this.consumer = consumer;
    this.runtime = runtime;
    this.probe = probe;
    this.group = group;
    this.topic = topic;
    this.lastNanos = runtime.nanoTime();
  }

  /**
   * Commits if it is time to; true if it looked. {@code settled} counts all records that ever were.
   */
  boolean tick(Collection<AssignedPartition> partitions, long settled) {
    KafkaException notMended = fatal;
    if (notMended != null) {
      fatal = null;
      throw notMended;
    }
    long now = runtime.nanoTime();
    if (outstanding
        || (now - lastNanos < INTERVAL_NANOS && settled - lastSettled < INTERVAL_RECORDS)) {
      return false;
    }
    lastNanos = now;
    lastSettled = settled;
    List<Commit> commits = commits(partitions);
    if (commits.isEmpty()) {
      return true;
    }
    outstanding = true;
    consumer.commitAsync(
        byName(commits),
        (mayBeNull, failure) -> {
          outstanding = false;
          if (failure == null) {
            committed(commits);
          } else {
            failed(commits, failure); // Here the newer consumer does not say which offsets.
          }
        });
    return true;
  }

  /**
   * Commits what {@code partitions} have settled, waiting for {@code timeout} at most. False if
   * that has to wait for a rebalance, which goes on in the next poll.
   */
  boolean commitNow(Collection<AssignedPartition> partitions, Duration timeout) {
    List<Commit> commits = commits(partitions);
    if (commits.isEmpty()) {
      return true;
    }
    try {
      commitThroughWakeups(byName(commits), timeout);
      committed(commits);
    } catch (RebalanceInProgressException e) {
      return false;
    } catch (KafkaException e) {
      failed(commits, e);
    }
    return true;
  }

  /** A wake-up is meant for the poll; each that comes in between costs one more try. */
  private void commitThroughWakeups(
      Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
    while (true) {
      try {
        consumer.commitSync(offsets, timeout);
        return;
      } catch (WakeupException meantForThePoll) {
        LOG.trace("a wake-up came during a commit of group {}; committing again", group);
      }
    }
  }

  private List<Commit> commits(Collection<AssignedPartition> partitions) {
    List<Commit> commits = new ArrayList<>();
    for (AssignedPartition partition : partitions) {
      Commit commit = partition.committable(metadataLimit);
      if (commit != null) {
        commits.add(commit);
      }
    }
    return commits;
  }

  private static Map<TopicPartition, OffsetAndMetadata> byName(List<Commit> commits) {
    Map<TopicPartition, OffsetAndMetadata> named = new HashMap<>();
    commits.forEach(commit -> named.put(commit.partition().id, commit.offset()));
    return named;
  }

  private void committed(List<Commit> commits) {
    if (failures > 0) {
      LOG.atInfo()
          .addKeyValue("event", "commit_recovered")
          .addKeyValue("group", group)
          .addKeyValue("topic", topic)
          .addKeyValue("failures", failures)
          .log("group {} commits again after {} failures", group, failures);
      failures = 0;
    }
    for (Commit commit : commits) {
      commit.partition().committedIs(commit);
      probe.committed(group, topic, commit.partition().id.partition(), commit.offset().offset());
    }
  }

  private void failed(List<Commit> commits, Exception failure) {
    for (Commit commit : commits) {
      probe.commitFailed(group, topic, commit.partition().id.partition(), failure);
    }
    if (failure instanceof OffsetMetadataTooLarge) {
      metadataLimit /= 2;
      LOG.atInfo()
          .addKeyValue("event", "commit_metadata_limited")
          .addKeyValue("group", group)
          .addKeyValue("topic", topic)
          .log(
              "the cluster allows less metadata with commits of group {}; trying with {} characters",
              group,
              metadataLimit);
      return;
    }
    if (failure instanceof FencedInstanceIdException || failure instanceof AuthorizationException) {
      fatal = (KafkaException) failure;
      return;
    }
    failures++;
    if (failures == 1) {
      LOG.atWarn()
          .addKeyValue("event", "commit_failed")
          .addKeyValue("group", group)
          .addKeyValue("topic", topic)
          .addKeyValue("error", failure.getClass().getName())
          .log(
              "group {} could not commit {}; what is not committed may be delivered again: {}",
              group,
              byName(commits).keySet(),
              failure.toString());
    }
  }
}
