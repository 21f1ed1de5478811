package dev.kafkaevents.testkit.memory;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Assignment;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.GroupSubscription;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InconsistentGroupProtocolException;
import org.jspecify.annotations.Nullable;

/**
 * The classic protocol: every change makes all members join again, and when the last has come, or
 * was waited for long enough, the assignor of one of them deals out the partitions. The assignors
 * are Kafka's own, or the user's.
 */
final class ClassicMembers extends Members {
  private final Map<String, Classic> members = new LinkedHashMap<>();
  private int generation;
  private boolean preparing;
  private long preparingSince;
  private @Nullable String leader;
  private @Nullable String chosen;

  ClassicMembers(Group group) {
    super(group);
  }

  /** A member, with what only its client knows. */
  static final class Classic extends Member {
    /** What it joined with, by the name of each assignor it offers. */
    Map<String, Subscription> offers = Map.of();

    Map<String, ConsumerPartitionAssignor> assignors = Map.of();

    /** Partition counts as its client knows them. */
    Function<Set<String>, Map<String, Integer>> view = topics -> Map.of();

    boolean joining;
    @Nullable Assignment assignment;

    Classic(
        String id,
        String clientId,
        @Nullable String instance,
        long sessionNanos,
        long maxPollNanos,
        long now) {
      super(id, clientId, instance, sessionNanos, maxPollNanos, now);
    }
  }

  @Override
  Collection<Classic> all() {
    return members.values();
  }

  @Override
  boolean has(String member) {
    return members.containsKey(member);
  }

  /** Takes a member's request to join, with the offers that are set in it. */
  void join(Classic joining) {
    if (isFenced(joining.id)) {
      throw new FencedInstanceIdException(
          "another member has joined group " + group.id + " as instance " + joining.instance);
    }
    requireCommonAssignor(joining);
    if (takesPlace(joining)) {
      return;
    }
    members.put(joining.id, joining);
    joining.joining = true;
    if (!preparing) {
      prepare();
    }
    completeIfAllCame();
    group.broker.changed();
  }

  /**
   * A restarted static member goes on where the one before it was; true if nobody else need know.
   */
  private boolean takesPlace(Classic joining) {
    Classic old = null;
    for (Classic member : members.values()) {
      if (joining.instance != null
          && joining.instance.equals(member.instance)
          && !member.id.equals(joining.id)) {
        old = member;
      }
    }
    if (old == null) {
      return false;
    }
    fence(old.id);
    members.remove(old.id);
    if (Objects.equals(leader, old.id)) {
      leader = joining.id;
    }
    boolean same = topics(old).equals(topics(joining)) && joining.offers.containsKey(chosen);
    if (preparing || !same) {
      return false;
    }
    members.put(joining.id, joining);
    joining.assignment = old.assignment;
    joining.generation = generation;
    joining.owned.addAll(old.owned);
    group.broker.changed();
    return true;
  }

  private static Set<String> topics(Classic member) {
    Set<String> topics = new LinkedHashSet<>();
    member.offers.values().forEach(offer -> topics.addAll(offer.topics()));
    return topics;
  }

  private void requireCommonAssignor(Classic joining) {
    Set<String> common = new LinkedHashSet<>(joining.offers.keySet());
    for (Classic member : members.values()) {
      if (!member.id.equals(joining.id)) {
        common.retainAll(member.offers.keySet());
      }
    }
    if (common.isEmpty()) {
      throw new InconsistentGroupProtocolException(
          "the members of group "
              + group.id
              + " have no assignor in common; this one offers "
              + joining.offers.keySet());
    }
  }

  private void prepare() {
    preparing = true;
    preparingSince = group.broker.time.nanos();
  }

  /** Whether a member has to join again. */
  boolean mustJoin(Classic member) {
    return !member.joining && (preparing || member.generation != generation);
  }

  @Override
  void remove(String member) {
    if (members.remove(member) != null) {
      if (Objects.equals(leader, member)) {
        leader = null;
      }
      if (!members.isEmpty() && !preparing) {
        prepare();
      }
      if (members.isEmpty()) {
        preparing = false;
        generation++;
      }
      completeIfAllCame();
      group.broker.changed();
    }
  }

  @Override
  void topicsChanged() {
    // It is the leader's client that finds out, when it refreshes what it knows.
  }

  boolean isLeader(Classic member) {
    return Objects.equals(leader, member.id);
  }

  @Override
  boolean expire(long nanos) {
    boolean any = super.expire(nanos);
    if (preparing && nanos - preparingSince >= longestWait()) {
      for (Classic member : List.copyOf(members.values())) {
        if (!member.joining && member.instance == null) {
          members.remove(member.id);
        }
      }
      any = true;
      complete();
    }
    return any;
  }

  @Override
  long nextExpiry(long otherwise) {
    long next = super.nextExpiry(otherwise);
    return preparing ? Math.min(next, preparingSince + longestWait()) : next;
  }

  private long longestWait() {
    long longest = 0;
    for (Classic member : members.values()) {
      longest = Math.max(longest, member.maxPollNanos);
    }
    return longest;
  }

  private void completeIfAllCame() {
    if (preparing && members.values().stream().allMatch(member -> member.joining)) {
      complete();
    }
  }

  private void complete() {
    preparing = false;
    generation++;
    if (members.isEmpty()) {
      return;
    }
    Classic head = leader == null ? null : members.get(leader);
    if (head == null || head.isSilent()) {
      head = members.values().iterator().next();
      leader = head.id;
    }
    chosen = choose();
    Map<String, Assignment> dealt = deal(head, chosen);
    for (Classic member : members.values()) {
      Assignment assignment = dealt.getOrDefault(member.id, new Assignment(List.of()));
      member.assignment = assignment;
      member.owned.clear();
      member.owned.addAll(assignment.partitions());
      member.generation = generation;
      member.joining = false;
    }
  }

  /** The assignor that all offer and most like best. */
  private String choose() {
    List<String> common = null;
    for (Classic member : members.values()) {
      if (common == null) {
        common = new ArrayList<>(member.offers.keySet());
      } else {
        common.retainAll(member.offers.keySet());
      }
    }
    Map<String, Integer> votes = new LinkedHashMap<>();
    for (Classic member : members.values()) {
      for (String offer : member.offers.keySet()) {
        if (common != null && common.contains(offer)) {
          votes.merge(offer, 1, Integer::sum);
          break;
        }
      }
    }
    String best = "";
    int most = 0;
    for (Map.Entry<String, Integer> vote : votes.entrySet()) {
      if (vote.getValue() > most) {
        best = vote.getKey();
        most = vote.getValue();
      }
    }
    return best;
  }

  private Map<String, Assignment> deal(Classic head, String assignorName) {
    Map<String, Subscription> subscriptions = new HashMap<>();
    Set<String> topics = new LinkedHashSet<>();
    for (Classic member : members.values()) {
      Subscription offer = member.offers.get(assignorName);
      if (offer != null) {
        offer.setGroupInstanceId(Optional.ofNullable(member.instance));
        subscriptions.put(member.id, offer);
        topics.addAll(offer.topics());
      }
    }
    ConsumerPartitionAssignor assignor = head.assignors.get(assignorName);
    if (assignor == null) {
      throw new IllegalStateException("the leader of " + group.id + " lost " + assignorName);
    }
    return assignor
        .assign(group.broker.cluster(head.view.apply(topics)), new GroupSubscription(subscriptions))
        .groupAssignment();
  }

  String chosen() {
    return chosen == null ? "" : chosen;
  }

  boolean isPreparing() {
    return preparing;
  }
}
