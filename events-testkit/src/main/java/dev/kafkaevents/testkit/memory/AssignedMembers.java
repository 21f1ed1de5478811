package dev.kafkaevents.testkit.memory;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.FencedMemberEpochException;
import org.apache.kafka.common.errors.UnreleasedInstanceIdException;
import org.jspecify.annotations.Nullable;

/**
 * The protocol of KIP-848: the broker says who shall have what, and each member gives up and takes
 * over by itself. A partition that moves is free only when the one that had it let go.
 */
final class AssignedMembers extends Members {
  private static final Comparator<TopicPartition> ORDER =
      Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition);

  private final Map<String, Assigned> members = new LinkedHashMap<>();
  private final Map<TopicPartition, String> owners = new HashMap<>();
  private int epoch;

  AssignedMembers(Group group) {
    super(group);
  }

  /** A member and what it shall have. */
  static final class Assigned extends Member {
    Set<String> topics = Set.of();
    String assignor = "uniform";
    Set<TopicPartition> target = Set.of();
    int seen = -1;

    /** In which generation it took each of its partitions. */
    final Map<TopicPartition, Integer> since = new HashMap<>();

    Assigned(
        String id,
        String clientId,
        @Nullable String instance,
        long sessionNanos,
        long maxPollNanos,
        long now) {
      super(id, clientId, instance, sessionNanos, maxPollNanos, now);
    }

    boolean hasHadSince(TopicPartition id, int generation) {
      Integer taken = since.get(id);
      return owned.contains(id) && taken != null && taken <= generation;
    }
  }

  @Override
  Collection<Assigned> all() {
    return members.values();
  }

  @Override
  boolean has(String member) {
    return members.containsKey(member);
  }

  /** A member joins, or says that its subscription has changed. */
  void join(Assigned joining, Set<String> topics) {
    Assigned old = null;
    for (Assigned member : members.values()) {
      if (joining.instance != null
          && joining.instance.equals(member.instance)
          && member != joining) {
        old = member;
      }
    }
    if (old != null) {
      if (!old.isSilent()) {
        throw new UnreleasedInstanceIdException(
            "instance " + joining.instance + " of group " + group.id + " is still a member");
      }
      fence(old.id);
      members.remove(old.id);
      joining.target = old.target;
      owners.values().removeIf(old.id::equals);
      if (old.topics.equals(topics)) {
        joining.topics = topics;
        joining.generation = Math.max(1, epoch);
        members.put(joining.id, joining);
        group.broker.changed();
        return;
      }
    }
    if (!members.containsKey(joining.id) || !joining.topics.equals(topics)) {
      joining.topics = topics;
      members.put(joining.id, joining);
      deal();
    }
  }

  /** What the member is to let go of now. */
  Set<TopicPartition> toRevoke(Assigned member) {
    requireMember(member);
    Set<TopicPartition> revoke = new LinkedHashSet<>(member.owned);
    revoke.removeAll(member.target);
    return revoke;
  }

  void revoked(Assigned member, Collection<TopicPartition> ids) {
    member.owned.removeAll(ids);
    ids.forEach(id -> owners.remove(id, member.id));
    group.broker.changed();
  }

  /** Takes over what the member shall have and nobody else has any more. */
  Set<TopicPartition> take(Assigned member) {
    requireMember(member);
    Set<TopicPartition> taken = new LinkedHashSet<>();
    for (TopicPartition id : member.target) {
      if (!member.owned.contains(id) && owners.putIfAbsent(id, member.id) == null) {
        taken.add(id);
      }
    }
    member.owned.addAll(taken);
    taken.forEach(id -> member.since.put(id, member.generation));
    return taken;
  }

  /** Of a generation before, it is taken for what the member has had since. */
  @Override
  boolean accepts(Member member, int generation, Set<TopicPartition> ids) {
    return super.accepts(member, generation, ids)
        || (member instanceof Assigned assigned
            && generation < member.generation
            && ids.stream().allMatch(id -> assigned.hasHadSince(id, generation)));
  }

  private void requireMember(Assigned member) {
    if (isFenced(member.id)) {
      throw new FencedInstanceIdException("instance " + member.instance + " of " + group.id);
    }
    if (!members.containsKey(member.id)) {
      throw new FencedMemberEpochException(member.id + " is no member of group " + group.id);
    }
  }

  @Override
  void remove(String member) {
    Assigned removed = members.remove(member);
    if (removed != null) {
      owners.values().removeIf(member::equals);
      deal();
    }
  }

  @Override
  void topicsChanged() {
    if (!members.isEmpty()) {
      deal();
    }
  }

  /** Deals out anew, leaving with each what it has as far as that is fair. */
  private void deal() {
    epoch++;
    Map<Assigned, Set<TopicPartition>> targets = new LinkedHashMap<>();
    members.values().forEach(member -> targets.put(member, new TreeSet<>(ORDER)));
    boolean range = members.values().stream().allMatch(m -> m.assignor.equals("range"));
    if (range) {
      dealRanges(targets);
    } else {
      dealEvenly(targets);
    }
    targets.forEach(
        (member, target) -> {
          member.target = target;
          member.generation = epoch;
        });
    group.broker.changed();
  }

  private void dealRanges(Map<Assigned, Set<TopicPartition>> targets) {
    for (String topic : allTopics()) {
      List<Assigned> takers = takers(topic);
      List<TopicPartition> ids = partitions(topic);
      for (int i = 0; i < ids.size(); i++) {
        int share = ids.size() / takers.size();
        int larger = ids.size() % takers.size();
        int boundary = larger * (share + 1);
        int index = i < boundary ? i / (share + 1) : larger + (i - boundary) / Math.max(1, share);
        targetOf(targets, takers.get(index)).add(ids.get(i));
      }
    }
  }

  private void dealEvenly(Map<Assigned, Set<TopicPartition>> targets) {
    List<TopicPartition> free = new ArrayList<>();
    Map<TopicPartition, Assigned> had = new HashMap<>();
    members.values().forEach(member -> member.target.forEach(id -> had.put(id, member)));
    int total = 0;
    for (String topic : allTopics()) {
      total += partitions(topic).size();
    }
    int least = members.isEmpty() ? 0 : total / members.size();
    int larger = members.isEmpty() ? 0 : total % members.size();
    Set<Assigned> withOneMore = new HashSet<>();
    for (String topic : allTopics()) {
      for (TopicPartition id : partitions(topic)) {
        Assigned owner = had.get(id);
        if (owner != null && members.containsKey(owner.id) && owner.topics.contains(topic)) {
          Set<TopicPartition> target = targetOf(targets, owner);
          if (target.size() < least
              || (target.size() == least
                  && withOneMore.size() < larger
                  && withOneMore.add(owner))) {
            target.add(id);
            continue;
          }
        }
        free.add(id);
      }
    }
    for (TopicPartition id : free) {
      Assigned poorest = null;
      for (Assigned taker : takers(id.topic())) {
        if (poorest == null
            || targetOf(targets, taker).size() < targetOf(targets, poorest).size()) {
          poorest = taker;
        }
      }
      if (poorest != null) {
        targetOf(targets, poorest).add(id);
      }
    }
  }

  private static Set<TopicPartition> targetOf(
      Map<Assigned, Set<TopicPartition>> targets, Assigned member) {
    return targets.computeIfAbsent(member, m -> new TreeSet<>(ORDER));
  }

  private Set<String> allTopics() {
    Set<String> topics = new TreeSet<>();
    members.values().forEach(member -> topics.addAll(member.topics));
    return topics;
  }

  private List<Assigned> takers(String topic) {
    return members.values().stream().filter(member -> member.topics.contains(topic)).toList();
  }

  private List<TopicPartition> partitions(String topic) {
    StoredTopic stored = group.broker.find(topic);
    return stored == null ? List.of() : stored.logs.stream().map(log -> log.id).toList();
  }
}
