package dev.kafkaevents.testkit.memory;

import dev.kafkaevents.testkit.memory.AssignedMembers.Assigned;
import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** The protocol of KIP-848: gives up what the broker wants back, takes what is free. */
final class AssignedRebalances extends Rebalances {
  private @Nullable Assigned member;
  private boolean everTold;

  /** Taken over, and the listener has not been told without an exception. */
  private final Set<TopicPartition> untold = new LinkedHashSet<>();

  private boolean tell;

  AssignedRebalances(
      Broker broker,
      ConsumerSettings settings,
      Positions positions,
      KnownTopics known,
      String group,
      Runnable autoCommit) {
    super(broker, settings, positions, known, group, autoCommit);
  }

  @Override
  @Nullable Member member() {
    return member;
  }

  @Override
  void rejoin() {
    // The broker says when there is something to do.
  }

  @Override
  void step() {
    letGoIfEvicted();
    Assigned mine = join();
    Set<TopicPartition> revoke = broker.atomically(() -> group.assigned().toRevoke(mine));
    if (!revoke.isEmpty()) {
      autoCommit();
      try {
        revoked(revoke);
      } finally {
        positions.remove(revoke);
        broker.atomically(() -> group.assigned().revoked(mine, revoke));
      }
      tell = true;
    }
    Set<TopicPartition> taken = broker.atomically(() -> group.assigned().take(mine));
    if (!taken.isEmpty() || !everTold) {
      tell = true;
      positions.add(taken);
      untold.addAll(taken);
    }
    if (tell) {
      assigned(untold);
      untold.clear();
      everTold = true;
      tell = false;
    }
  }

  private Assigned join() {
    Assigned before = member;
    String newId = before == null ? newMemberId() : before.id;
    Set<String> topics = new LinkedHashSet<>(topics());
    return broker.atomically(
        () -> {
          Assigned joining = member;
          if (joining == null) {
            joining =
                new Assigned(
                    newId,
                    settings.clientId,
                    settings.instance,
                    settings.sessionNanos,
                    settings.maxPollNanos,
                    broker.time.nanos());
            joining.assignor = settings.remoteAssignor;
          }
          group.assigned().join(joining, topics);
          member = joining;
          return joining;
        });
  }

  private void letGoIfEvicted() {
    Assigned old = member;
    if (old == null) {
      return;
    }
    boolean evicted =
        broker.atomically(
            () -> !group.assigned().has(old.id) && !group.assigned().isFenced(old.id));
    if (evicted) {
      member = null;
      untold.clear();
      Set<TopicPartition> ids = positions.ids();
      if (!ids.isEmpty()) {
        try {
          lost(ids);
        } finally {
          positions.remove(ids);
        }
      }
    }
  }

  @Override
  Group.Committer committer() {
    Assigned mine = member;
    if (mine == null) {
      throw new CommitFailedException(
          "the consumer is not part of an active group for auto partition assignment");
    }
    return new Group.Committer(mine.id, mine.generation, mine.instance);
  }

  @Override
  void leave(boolean tellGroup) {
    Assigned old = member;
    if (old != null) {
      broker.atomically(
          () -> {
            if (tellGroup) {
              group.assigned().remove(old.id);
            } else {
              old.falls(broker.time.nanos());
            }
            broker.changed();
          });
    }
    member = null;
    everTold = false;
    untold.clear();
    tell = false;
  }
}
