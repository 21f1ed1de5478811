package dev.kafkaevents.core;

import dev.kafkaevents.core.AssignedPartition.Start;
import dev.kafkaevents.spi.EventsProbe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partitions that a subscription has, as they come and go. Giving up is always in this order:
 * start nothing more, let what runs finish, commit, let go. What is let go counts for nothing
 * afterwards, whenever it finishes. Confined to the poll thread, but for {@link #shown}.
 */
final class Assignment implements ConsumerRebalanceListener {
  private static final Logger LOG = LoggerFactory.getLogger(Assignment.class);

  private static final Duration COMMITTED_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration COMMIT_AT_LEAST = Duration.ofSeconds(1);

  private final KafkaSubscription<?> subscription;
  private final Consumer<byte[], byte[]> consumer;
  private final Committer committer;
  private final Workers workers;
  private final InFlight inFlight;
  private final Pauses pauses;
  private final EventsProbe probe;
  private final String group;
  private final String topic;

  private final Map<TopicPartition, AssignedPartition> partitions = new HashMap<>();
  private volatile List<AssignedPartition> shown = List.of();

  /** How many records were let go of unsettled, ever. */
  private long dropped;

  Assignment(
      KafkaSubscription<?> subscription,
      Consumer<byte[], byte[]> consumer,
      Committer committer,
      Workers workers,
      InFlight inFlight,
      Pauses pauses,
      EventsProbe probe) {
    this.subscription = subscription;
    this.consumer = consumer;
    this.committer = committer;
    this.workers = workers;
    this.inFlight = inFlight;
    this.pauses = pauses;
    this.probe = probe;
    this.group = subscription.options().group();
    this.topic = subscription.topic().name();
  }

  Collection<AssignedPartition> partitions() {
    return partitions.values();
  }

  /** The same, for any thread. */
  List<AssignedPartition> shown() {
    return shown;
  }

  AssignedPartition get(TopicPartition id) {
    AssignedPartition partition = partitions.get(id);
    if (partition == null) {
      throw new IllegalStateException(
          "Kafka's consumer returned records of " + id + ", which is not assigned to " + group);
    }
    return partition;
  }

  /** Takes records over from the consumer. */
  Segment take(TopicPartition id, List<ConsumerRecord<byte[], byte[]>> records) {
    AssignedPartition partition = get(id);
    ConsumerRecord<byte[], byte[]> first = records.get(0);
    long offset = first.offset();
    if (!partition.beginWith(first)) {
      LOG.atWarn()
          .addKeyValue("event", "commit_metadata_ignored")
          .addKeyValue("group", group)
          .addKeyValue("topic", topic)
          .addKeyValue("partition", id.partition())
          .addKeyValue("offset", offset)
          .log(
              "the last commit of {} in group {} has metadata that is not ours, or tells of other records"
                  + " than those from {} on; it is ignored",
              id,
              group,
              offset);
    }
    if (partition.wouldGoBack(offset)) {
      LOG.atWarn()
          .addKeyValue("event", "offsets_went_back")
          .addKeyValue("group", group)
          .addKeyValue("topic", topic)
          .addKeyValue("partition", id.partition())
          .addKeyValue("offset", offset)
          .log(
              "offsets of {} go on from {} in group {}, where others were before: its log was cut, or"
                  + " its topic made anew",
              id,
              offset,
              group);
    }
    return partition.take(records);
  }

  long dropped() {
    return dropped;
  }

  private void haveChanged() {
    shown = List.copyOf(partitions.values());
    pauses.lookAgain();
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> added) {
    Map<TopicPartition, OffsetAndMetadata> committed =
        added.isEmpty() ? Map.of() : committed(Set.copyOf(added));
    for (TopicPartition id : added) {
      partitions.put(id, new AssignedPartition(id, committed.get(id)));
      probe.assigned(group, topic, id.partition());
    }
    haveChanged();
    subscription.assignedOnce();
  }

  /** Without an answer more is delivered again than need be, and nothing worse. */
  private Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> ids) {
    while (true) {
      try {
        return consumer.committed(ids, COMMITTED_TIMEOUT);
      } catch (WakeupException meantForTheLoop) {
        LOG.trace("{} was woken", subscription);
      } catch (RetriableException e) {
        LOG.atInfo()
            .addKeyValue("event", "committed_unknown")
            .addKeyValue("group", group)
            .addKeyValue("topic", topic)
            .addKeyValue("error", e.getClass().getName())
            .log(
                "{} could not ask what is settled beyond the committed offsets: {}",
                subscription,
                e.getMessage());
        return Map.of();
      }
    }
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
    List<AssignedPartition> leaving = forget(revoked);
    if (leaving.isEmpty()) {
      return;
    }
    Duration timeout = subscription.options().drainTimeout();
    stopStarting(leaving);
    if (!workers.awaitQuiet(leaving, timeout)) {
      LOG.atWarn()
          .addKeyValue("event", "partitions_left_early")
          .addKeyValue("group", group)
          .addKeyValue("topic", topic)
          .addKeyValue("partitions", leaving)
          .log(
              "{} gives up {} while handlers run, which took longer than {}; their events are delivered again",
              subscription,
              leaving,
              timeout);
    }
    if (!committer.commitNow(leaving, COMMIT_AT_LEAST.plus(timeout))) {
      LOG.atWarn()
          .addKeyValue("event", "revoked_uncommitted")
          .addKeyValue("group", group)
          .addKeyValue("topic", topic)
          .addKeyValue("partitions", leaving)
          .log(
              "{} could not commit {} before they were given up; their events may be delivered again",
              subscription,
              leaving);
    }
    revoke(leaving);
  }

  @Override
  public void onPartitionsLost(Collection<TopicPartition> lost) {
    List<AssignedPartition> gone = forget(lost);
    stopStarting(gone);
    for (AssignedPartition partition : gone) {
      drop(partition);
      probe.lost(group, topic, partition.id.partition());
    }
    if (!gone.isEmpty()) {
      LOG.atWarn()
          .addKeyValue("event", "partitions_lost")
          .addKeyValue("group", group)
          .addKeyValue("topic", topic)
          .addKeyValue("partitions", gone)
          .log(
              "{} lost {}: another member may have them already, so nothing is committed",
              subscription,
              gone);
    }
  }

  /** Starts nothing more of what there is. */
  void stopStarting() {
    stopStarting(partitions.values());
  }

  /** Lets go of all there is. */
  void letGo() {
    revoke(forget(List.copyOf(partitions.keySet())));
  }

  /** Loses all there is. */
  void lose() {
    onPartitionsLost(List.copyOf(partitions.keySet()));
  }

  private void stopStarting(Collection<AssignedPartition> leaving) {
    for (AssignedPartition partition : leaving) {
      partition.start = Start.NEVER;
      workers.release(partition); // What was held finds out that it is let go.
    }
    workers.abortRetries();
  }

  private void revoke(List<AssignedPartition> leaving) {
    for (AssignedPartition partition : leaving) {
      drop(partition);
      probe.revoked(group, topic, partition.id.partition());
    }
  }

  private void drop(AssignedPartition partition) {
    long unsettled = partition.seal();
    inFlight.dropped(unsettled);
    dropped += Load.records(unsettled);
  }

  private List<AssignedPartition> forget(Collection<TopicPartition> ids) {
    List<AssignedPartition> forgotten = new ArrayList<>();
    for (TopicPartition id : ids) {
      AssignedPartition partition = partitions.remove(id);
      if (partition != null) {
        forgotten.add(partition);
      }
    }
    haveChanged();
    return forgotten;
  }
}
