package dev.kafkaevents.testkit.memory;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidGroupIdException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A consumer's commits: when it is asked to, and by itself. Confined to the consumer's thread. */
final class Committing {
  private static final Logger LOG = LoggerFactory.getLogger(MemoryConsumer.class);

  private final Broker broker;
  private final ConsumerSettings settings;
  private final Positions positions;
  private final ConsumerThread thread;

  /** Null without a group. */
  private final @Nullable Commits commits;

  private long nextAutoCommit;

  Committing(
      Broker broker,
      ConsumerSettings settings,
      Positions positions,
      ConsumerThread thread,
      Supplier<Group.Committer> committer) {
    this.broker = broker;
    this.settings = settings;
    this.positions = positions;
    this.thread = thread;
    String group = settings.group;
    this.commits = group == null ? null : new Commits(broker, group, committer);
    this.nextAutoCommit = now() + settings.autoCommitNanos;
  }

  private long now() {
    return broker.atomically(broker.time::nanos);
  }

  /** Null without a group. */
  @Nullable Commits ofGroup() {
    return commits;
  }

  Commits commits() {
    if (commits == null) {
      throw noGroup();
    }
    return commits;
  }

  static InvalidGroupIdException noGroup() {
    return new InvalidGroupIdException(
        "To use the group management or offset commit APIs, you must provide a valid group.id in"
            + " the consumer configuration.");
  }

  /** When it next commits by itself. */
  long nextDue() {
    return settings.autoCommit ? nextAutoCommit : Long.MAX_VALUE;
  }

  void callBack() {
    if (commits != null) {
      commits.callBack();
    }
  }

  /** Of all positions, as a commit of what was returned. */
  Map<TopicPartition, OffsetAndMetadata> returned() {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    positions
        .all()
        .forEach(
            (id, position) -> {
              if (position.next != null) {
                offsets.put(id, new OffsetAndMetadata(position.next, Optional.of(0), ""));
              }
            });
    return offsets;
  }

  void autoCommitIfDue(boolean now) {
    if (settings.autoCommit && (now || now() >= nextAutoCommit)) {
      nextAutoCommit = now() + settings.autoCommitNanos;
      commits()
          .commitAsync(
              returned(),
              (offsets, e) -> {
                if (e != null) {
                  LOG.warn("group {} could not commit by itself: {}", settings.group, e.toString());
                }
              });
    }
  }

  void autoCommitSync() {
    if (settings.autoCommit && !positions.isEmpty()) {
      try {
        commits().commit(returned());
      } catch (KafkaException e) {
        LOG.warn("group {} could not commit by itself: {}", settings.group, e.toString());
      }
      nextAutoCommit = now() + settings.autoCommitNanos;
    }
  }

  void commitUntil(long until, Map<TopicPartition, OffsetAndMetadata> offsets) {
    Commits mine = commits();
    callBack();
    if (offsets.isEmpty()) {
      return;
    }
    while (true) {
      long seen = broker.version(); // before looking for requests, or one that comes now is missed
      thread.heedRequests();
      try {
        mine.commit(offsets);
        return;
      } catch (RebalanceInProgressException e) {
        throw e;
      } catch (RetriableException e) {
        if (now() >= until) {
          throw new TimeoutException(
              "Timeout expired before successfully committing offsets of " + offsets.keySet(), e);
        }
      }
      thread.await(seen, until);
    }
  }

  @SuppressWarnings("NullAway") // Kafka's map has null where there is no commit
  Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> ids, Duration timeout) {
    return thread.alone(
        () -> {
          Commits mine = commits();
          long until = thread.until(timeout);
          thread.awaitUntil(
              until,
              () -> !settings.committedOnly || ids.stream().noneMatch(mine::isUnstable),
              "the committed offsets of " + ids);
          Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
          ids.forEach(id -> committed.put(id, mine.committed(id)));
          return committed;
        });
  }
}
