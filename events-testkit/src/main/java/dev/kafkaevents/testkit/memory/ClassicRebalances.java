package dev.kafkaevents.testkit.memory;

import dev.kafkaevents.testkit.memory.ClassicMembers.Classic;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Assignment;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.jspecify.annotations.Nullable;

/** The classic protocol, eager or cooperative, as its assignors have it. */
final class ClassicRebalances extends Rebalances {
  private enum State {
    UNJOINED,
    JOINING,
    JOINED
  }

  private @Nullable Classic member;
  private State state = State.UNJOINED;

  /** A rebalance is over, and the listener has not been told without an exception. */
  private boolean untold;

  /** What this rebalance takes away was taken away. */
  private boolean prepared;

  private boolean rejoin;
  private Set<String> joinedTopics = Set.of();

  /** As the leader saw them when it dealt out. */
  private Map<String, Integer> countsSeen = Map.of();

  ClassicRebalances(
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
    rejoin = true;
  }

  @Override
  void step() {
    letGoIfEvicted();
    if (untold) {
      complete();
    }
    if (state != State.JOINING && mustJoin()) {
      prepare();
      join();
    }
    if (state == State.JOINING && hasJoined()) {
      state = State.JOINED;
      untold = true;
      complete();
      if (rejoin) {
        step();
      }
    }
  }

  private void letGoIfEvicted() {
    Classic old = member;
    if (old == null) {
      return;
    }
    boolean evicted =
        broker.atomically(
            () -> {
              ClassicMembers members = group.classic();
              if (members.isFenced(old.id)) {
                throw new FencedInstanceIdException(
                    "another member has joined group " + group.id + " as " + old.instance);
              }
              return !members.has(old.id);
            });
    if (evicted) {
      member = null;
      state = State.UNJOINED;
      untold = false;
      prepared = true;
      Set<TopicPartition> ids = positions.ids();
      if (!ids.isEmpty()) {
        positionsLost(ids);
      }
    }
  }

  private void positionsLost(Set<TopicPartition> ids) {
    try {
      lost(ids);
    } finally {
      positions.remove(ids);
    }
  }

  private boolean mustJoin() {
    Set<String> topics = topics();
    Classic mine = member;
    if (mine == null || rejoin || !topics.equals(joinedTopics)) {
      return true;
    }
    return broker.atomically(
        () -> {
          ClassicMembers members = group.classic();
          if (members.mustJoin(mine)) {
            return true;
          }
          return members.isLeader(mine) && !known.counts(groupTopics(members)).equals(countsSeen);
        });
  }

  private static Set<String> groupTopics(ClassicMembers members) {
    Set<String> topics = new LinkedHashSet<>();
    for (Classic each : members.all()) {
      each.offers.values().forEach(offer -> topics.addAll(offer.topics()));
    }
    return topics;
  }

  /** Gives up what has to be given up before joining: all, or what is not subscribed any more. */
  private void prepare() {
    if (prepared) {
      return;
    }
    autoCommit();
    Set<TopicPartition> ids = positions.ids();
    if (settings.cooperative) {
      Set<String> topics = topics();
      ids.removeIf(id -> topics.contains(id.topic()));
    }
    prepared = true;
    if (!ids.isEmpty()) {
      try {
        revoked(ids);
      } finally {
        positions.remove(ids);
      }
    }
  }

  private void join() {
    Set<String> topics = new LinkedHashSet<>(topics());
    List<TopicPartition> owned = new ArrayList<>(positions.ids());
    Map<String, Subscription> offers = new LinkedHashMap<>();
    Map<String, ConsumerPartitionAssignor> assignors = new LinkedHashMap<>();
    Classic old = member;
    int generation = old == null ? -1 : broker.atomically(() -> old.generation);
    for (ConsumerPartitionAssignor assignor : settings.assignors) {
      offers.put(
          assignor.name(),
          new Subscription(
              new ArrayList<>(topics),
              assignor.subscriptionUserData(topics),
              owned,
              generation,
              Optional.empty()));
      assignors.put(assignor.name(), assignor);
    }
    String newId = newMemberId();
    broker.atomically(
        () -> {
          Classic joining =
              old != null
                  ? old
                  : new Classic(
                      newId,
                      settings.clientId,
                      settings.instance,
                      settings.sessionNanos,
                      settings.maxPollNanos,
                      broker.time.nanos());
          joining.offers = offers;
          joining.assignors = assignors;
          joining.view = asked -> known.counts(asked);
          group.classic().join(joining);
          member = joining;
        });
    joinedTopics = topics;
    rejoin = false;
    state = State.JOINING;
  }

  private boolean hasJoined() {
    Classic mine = member;
    return mine != null
        && broker.atomically(
            () -> !mine.joining && mine.generation >= 0 && mine.assignment != null);
  }

  private void complete() {
    Classic mine = member;
    Assignment assignment = mine == null ? null : broker.atomically(() -> mine.assignment);
    if (mine == null || assignment == null) {
      return;
    }
    broker.atomically(() -> countsSeen = known.counts(groupTopics(group.classic())));
    Set<TopicPartition> wanted = new LinkedHashSet<>(assignment.partitions());
    Set<TopicPartition> had = positions.ids();
    Set<TopicPartition> added = new LinkedHashSet<>(wanted);
    if (settings.cooperative) {
      Set<TopicPartition> gone = new LinkedHashSet<>(had);
      gone.removeAll(wanted);
      added.removeAll(had);
      if (!gone.isEmpty()) {
        rejoin = true;
        try {
          revoked(gone);
        } finally {
          positions.remove(gone);
        }
      }
    } else {
      positions.remove(had);
    }
    String chosen = broker.atomically(() -> group.classic().chosen());
    for (ConsumerPartitionAssignor assignor : settings.assignors) {
      if (assignor.name().equals(chosen)) {
        assignor.onAssignment(assignment, metadata());
      }
    }
    positions.add(added);
    prepared = false;
    assigned(added);
    untold = false;
  }

  @Override
  Group.Committer committer() {
    Classic mine = member;
    if (state == State.JOINING) {
      throw new RebalanceInProgressException(
          "Offset commit cannot be completed since the consumer is undergoing a rebalance for auto"
              + " partition assignment. You can try completing the rebalance by calling poll() and"
              + " then retry the operation.");
    }
    if (mine == null) {
      throw new CommitFailedException(
          "the consumer is not part of an active group for auto partition assignment");
    }
    return new Group.Committer(mine.id, mine.generation, mine.instance);
  }

  @Override
  void leave(boolean tellGroup) {
    Classic old = member;
    if (old != null) {
      broker.atomically(
          () -> {
            if (tellGroup) {
              group.classic().remove(old.id);
            } else {
              old.falls(broker.time.nanos());
            }
            broker.changed();
          });
    }
    member = null;
    state = State.UNJOINED;
    untold = false;
    prepared = false;
    rejoin = false;
    joinedTopics = Set.of();
  }
}
