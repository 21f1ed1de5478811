package dev.kafkaevents.testkit.memory;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.IllegalGenerationException;
import org.apache.kafka.common.errors.InconsistentGroupProtocolException;
import org.apache.kafka.common.errors.OffsetMetadataTooLarge;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * A consumer group: its offsets, and its members under one of the two protocols. Guarded by the
 * broker's lock.
 */
final class Group {
  private static final int MOST_METADATA = 4096;

  final Broker broker;
  final String id;

  /** The next offset to read of each partition. */
  final Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();

  /** What open transactions will commit. */
  final Map<Transaction, Map<TopicPartition, OffsetAndMetadata>> pending = new LinkedHashMap<>();

  private @Nullable Members members;

  Group(Broker broker, String id) {
    this.broker = broker;
    this.id = id;
  }

  /** Who a commit says it comes from. Generation -1: from somebody who assigned by hand. */
  record Committer(String member, int generation, @Nullable String instance) {
    static final Committer LONER = new Committer("", -1, null);
  }

  ClassicMembers classic() {
    if (!(members instanceof ClassicMembers)) {
      requireEmpty("classic");
      members = new ClassicMembers(this);
    }
    return (ClassicMembers) members;
  }

  AssignedMembers assigned() {
    if (!(members instanceof AssignedMembers)) {
      requireEmpty("consumer");
      members = new AssignedMembers(this);
    }
    return (AssignedMembers) members;
  }

  private void requireEmpty(String wanted) {
    if (members != null && !members.all().isEmpty()) {
      if (members instanceof ClassicMembers
          ? !wanted.equals("classic")
          : wanted.equals("classic")) {
        throw new NotModelledException(
            "group " + id + " with members of both group protocols (an upgrade under way)");
      }
      throw new InconsistentGroupProtocolException("group " + id);
    }
  }

  Collection<? extends Member> members() {
    return members == null ? java.util.List.<Member>of() : members.all();
  }

  @Nullable Members protocol() {
    return members;
  }

  boolean isEmpty() {
    return members().isEmpty();
  }

  /**
   * Commits.
   *
   * @throws org.apache.kafka.common.errors.ApiException as a broker answers
   */
  void commit(Committer from, Map<TopicPartition, OffsetAndMetadata> offsets) {
    validate(from, offsets.keySet());
    checkOffsets(offsets);
    committed.putAll(offsets);
    broker.changed();
  }

  /** Commits when {@code transaction} does. */
  void commit(
      Committer from, Map<TopicPartition, OffsetAndMetadata> offsets, Transaction transaction) {
    validate(from, offsets.keySet());
    checkOffsets(offsets);
    transaction.addOffsets(this, offsets);
    pending.computeIfAbsent(transaction, t -> new HashMap<>()).putAll(offsets);
    broker.changed();
  }

  private void checkOffsets(Map<TopicPartition, OffsetAndMetadata> offsets) {
    offsets.forEach(
        (partition, offset) -> {
          if (broker.findLog(partition) == null) {
            throw new UnknownTopicOrPartitionException("there is no partition " + partition);
          }
          if (offset.metadata().length() > MOST_METADATA) {
            throw new OffsetMetadataTooLarge(
                "the commit of group "
                    + id
                    + " for "
                    + partition
                    + " has "
                    + offset.metadata().length()
                    + " characters of metadata, at most "
                    + MOST_METADATA
                    + " are allowed");
          }
        });
  }

  private void validate(Committer from, Set<TopicPartition> ids) {
    if (members != null && from.instance() != null && members.isFenced(from.member())) {
      throw new FencedInstanceIdException(
          "another member has joined group " + id + " as instance " + from.instance());
    }
    Member member = null;
    for (Member each : members()) {
      if (each.id.equals(from.member())) {
        member = each;
      }
    }
    if (member == null) {
      if (from.generation() < 0 && from.member().isEmpty() && isEmpty()) {
        return;
      }
      throw new UnknownMemberIdException(
          "the commit is not of a member of group " + id + ", which has " + members().size());
    }
    if (members != null && !members.accepts(member, from.generation(), ids)) {
      throw new IllegalGenerationException(
          "the commit is of generation "
              + from.generation()
              + " of group "
              + id
              + ", which is in "
              + member.generation);
    }
  }

  /** Whether an open transaction may yet change what is committed for a partition. */
  boolean isUnstable(TopicPartition partition) {
    return pending.values().stream().anyMatch(offsets -> offsets.containsKey(partition));
  }

  void forget(String topic) {
    committed.keySet().removeIf(partition -> partition.topic().equals(topic));
  }

  /** Forgets everything; consumers hold on to this object. */
  void disband() {
    members = null;
    committed.clear();
  }

  void topicsChanged() {
    if (members != null) {
      members.topicsChanged();
    }
  }

  boolean expire(long nanos) {
    return members != null && members.expire(nanos);
  }

  long nextExpiry(long otherwise) {
    return members == null ? otherwise : members.nextExpiry(otherwise);
  }
}
