package dev.kafkaevents.core;

import dev.kafkaevents.PauseReason;
import dev.kafkaevents.core.AssignedPartition.Start;
import dev.kafkaevents.spi.EventsProbe;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Pauses and resumes partitions. The reasons of each are computed from what causes them, whenever
 * one of the causes may have changed, and compared with what the partition had. A new assignment
 * has none, like the consumer's. Confined to the poll thread.
 */
final class Pauses {
  /** What the user asked for. Immutable. */
  record Asked(boolean all, Set<Integer> some) {
    static final Asked NOTHING = new Asked(false, Set.of());

    Asked withAll() {
      return new Asked(true, some);
    }

    Asked with(Set<Integer> partitions) {
      return new Asked(
          all,
          Stream.concat(some.stream(), partitions.stream())
              .collect(Collectors.toUnmodifiableSet()));
    }

    Asked without(Set<Integer> partitions) {
      return new Asked(
          all,
          some.stream()
              .filter(each -> !partitions.contains(each))
              .collect(Collectors.toUnmodifiableSet()));
    }

    boolean contains(int partition) {
      return all || some.contains(partition);
    }
  }

  private final Consumer<byte[], byte[]> consumer;
  private final Workers workers;
  private final EventsProbe probe;
  private final String group;
  private final String topic;

  /** How much may be settled that no commit tells of. */
  private final int mostUntold;

  private Asked asked = Asked.NOTHING;
  private boolean full;
  private boolean changed;

  Pauses(
      Consumer<byte[], byte[]> consumer,
      Workers workers,
      EventsProbe probe,
      String group,
      String topic,
      int mostUntold) {
    this.consumer = consumer;
    this.workers = workers;
    this.probe = probe;
    this.group = group;
    this.topic = topic;
    this.mostUntold = mostUntold;
  }

  /** The partitions have changed, or what they have settled. */
  void lookAgain() {
    changed = true;
  }

  /** Makes it so. */
  void apply(Collection<AssignedPartition> partitions, boolean full, Asked asked) {
    if (!changed && this.full == full && this.asked.equals(asked)) {
      return;
    }
    changed = false;
    this.full = full;
    this.asked = asked;
    List<TopicPartition> toPause = new ArrayList<>();
    List<TopicPartition> toResume = new ArrayList<>();
    for (AssignedPartition partition : partitions) {
      Set<PauseReason> before = partition.progress.pauses();
      Set<PauseReason> reasons = reasons(partition);
      hold(partition, reasons.contains(PauseReason.USER));
      if (!reasons.equals(before)) {
        Set<PauseReason> shown = Collections.unmodifiableSet(reasons);
        partition.progress.pausesAre(shown);
        if (before.isEmpty()) {
          toPause.add(partition.id);
        } else if (reasons.isEmpty()) {
          toResume.add(partition.id);
        }
        probe.paused(group, topic, partition.id.partition(), shown);
      }
    }
    if (!toPause.isEmpty()) {
      consumer.pause(toPause);
    }
    if (!toResume.isEmpty()) {
      consumer.resume(toResume);
    }
  }

  private Set<PauseReason> reasons(AssignedPartition partition) {
    Set<PauseReason> reasons = EnumSet.noneOf(PauseReason.class);
    if (asked.contains(partition.id.partition())) {
      reasons.add(PauseReason.USER);
    }
    if (partition.holders.get() > 0) {
      reasons.add(PauseReason.DEPENDENCY);
    }
    if (full || isAheadOfItself(partition)) {
      reasons.add(PauseReason.BACK_PRESSURE);
    }
    return reasons;
  }

  /**
   * Whether so much is settled behind an event that is not, that a crash would repeat more of it
   * than may be in flight; until it is half of that.
   */
  private boolean isAheadOfItself(AssignedPartition partition) {
    boolean was = partition.progress.pauses().contains(PauseReason.BACK_PRESSURE);
    return partition.untold() > (was ? mostUntold / 2 : mostUntold);
  }

  private void hold(AssignedPartition partition, boolean held) {
    if (held && partition.start == Start.YES) {
      partition.start = Start.HELD;
    } else if (!held && partition.start == Start.HELD) {
      partition.start = Start.YES;
      workers.release(partition);
    }
  }
}
