package dev.kafkaevents.testkit.memory;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/** The members of a group and who has what. Guarded by the broker's lock. */
abstract class Members {
  final Group group;

  /** Those whose place another of the same instance took. */
  private final Set<String> fenced = new HashSet<>();

  Members(Group group) {
    this.group = group;
  }

  abstract Collection<? extends Member> all();

  /** Removes a member that leaves, or that is thought dead. */
  abstract void remove(String member);

  abstract boolean has(String member);

  /** Whether a commit of {@code ids} is taken that says it is of {@code generation}. */
  boolean accepts(Member member, int generation, Set<TopicPartition> ids) {
    return generation == member.generation;
  }

  /** Topics or partitions have come or gone. */
  abstract void topicsChanged();

  void fence(String member) {
    fenced.add(member);
  }

  boolean isFenced(String member) {
    return fenced.contains(member);
  }

  /** Does what is due by now; true if that was anything. */
  boolean expire(long nanos) {
    boolean any = false;
    for (Member member : List.copyOf(all())) {
      if (member.isExpired(nanos)) {
        remove(member.id);
        any = true;
      }
    }
    return any;
  }

  long nextExpiry(long otherwise) {
    long next = otherwise;
    for (Member member : all()) {
      next = member.expiry(next);
    }
    return next;
  }
}
