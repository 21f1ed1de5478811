package dev.kafkaevents.testkit.memory;

import static dev.kafkaevents.testkit.memory.AdminCalls.each;
import static dev.kafkaevents.testkit.memory.AdminCalls.future;
import static dev.kafkaevents.testkit.memory.AdminCalls.result;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.AlterConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.AlterConsumerGroupOffsetsResult;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.DeleteConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.DeleteConsumerGroupOffsetsResult;
import org.apache.kafka.clients.admin.DeleteConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DeleteConsumerGroupsResult;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsResult;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsResult;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.ListGroupsResult;
import org.apache.kafka.clients.admin.MemberAssignment;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupResult;
import org.apache.kafka.clients.admin.internals.CoordinatorKey;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.apache.kafka.common.protocol.Errors;

/** The administrator's calls about consumer groups; signatures as in Kafka's. */
final class AdminOfGroups {
  private final Broker broker;

  AdminOfGroups(Broker broker) {
    this.broker = broker;
  }

  DescribeConsumerGroupsResult describeConsumerGroups(
      Collection<String> ids, DescribeConsumerGroupsOptions options) {
    return new DescribeConsumerGroupsResult(each(broker, ids, this::description));
  }

  private ConsumerGroupDescription description(String id) {
    Group group = existing(id);
    List<MemberDescription> members = new ArrayList<>();
    for (Member member : group.members()) {
      members.add(
          new MemberDescription(
              member.id,
              Optional.ofNullable(member.instance),
              Optional.empty(),
              member.clientId,
              "/127.0.0.1",
              new MemberAssignment(Set.copyOf(member.owned)),
              Optional.empty(),
              Optional.of(member.generation),
              Optional.empty()));
    }
    boolean classic = !(group.protocol() instanceof AssignedMembers);
    return new ConsumerGroupDescription(
        id,
        false,
        members,
        group.protocol() instanceof ClassicMembers members1 ? members1.chosen() : "uniform",
        classic ? GroupType.CLASSIC : GroupType.CONSUMER,
        state(group),
        Broker.NODE,
        Set.of(),
        Optional.empty(),
        Optional.empty());
  }

  private static GroupState state(Group group) {
    if (group.isEmpty()) {
      return GroupState.EMPTY;
    }
    return group.protocol() instanceof ClassicMembers members && members.isPreparing()
        ? GroupState.PREPARING_REBALANCE
        : GroupState.STABLE;
  }

  /** A group is there once it has or had members or offsets. */
  private Group existing(String id) {
    Group group = broker.groups().get(id);
    if (group == null || !exists(group)) {
      throw new GroupIdNotFoundException("Group " + id + " not found.");
    }
    return group;
  }

  private static boolean exists(Group group) {
    return group.protocol() != null || !group.committed.isEmpty();
  }

  ListGroupsResult listGroups(ListGroupsOptions options) {
    Collection<Object> listings = new ArrayList<>();
    broker.atomically(
        () -> {
          for (Group group : broker.groups().values()) {
            if (exists(group)) {
              listings.add(
                  new GroupListing(
                      group.id,
                      Optional.of(
                          group.protocol() instanceof AssignedMembers
                              ? GroupType.CONSUMER
                              : GroupType.CLASSIC),
                      "consumer",
                      Optional.of(state(group))));
            }
          }
        });
    return result(ListGroupsResult.class, future(broker, () -> listings));
  }

  @SuppressWarnings("NullAway") // Kafka's map has null where there is no commit
  ListConsumerGroupOffsetsResult listConsumerGroupOffsets(
      Map<String, ListConsumerGroupOffsetsSpec> asked, ListConsumerGroupOffsetsOptions options) {
    Map<CoordinatorKey, KafkaFuture<Map<TopicPartition, OffsetAndMetadata>>> futures =
        new HashMap<>();
    asked.forEach(
        (id, spec) ->
            futures.put(
                CoordinatorKey.byGroupId(id),
                future(
                    broker,
                    () -> {
                      Group group = broker.groups().get(id);
                      Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
                      if (group != null && spec.topicPartitions() == null) {
                        offsets.putAll(group.committed);
                      } else if (spec.topicPartitions() != null) {
                        spec.topicPartitions()
                            .forEach(
                                partition ->
                                    offsets.put(
                                        partition,
                                        group == null ? null : group.committed.get(partition)));
                      }
                      return offsets;
                    })));
    return result(ListConsumerGroupOffsetsResult.class, futures);
  }

  AlterConsumerGroupOffsetsResult alterConsumerGroupOffsets(
      String id,
      Map<TopicPartition, OffsetAndMetadata> offsets,
      AlterConsumerGroupOffsetsOptions options) {
    return result(
        AlterConsumerGroupOffsetsResult.class,
        future(
            broker,
            () -> {
              broker.group(id).commit(Group.Committer.LONER, offsets);
              return none(offsets.keySet());
            }));
  }

  private static Map<TopicPartition, Errors> none(Set<TopicPartition> ids) {
    return ids.stream().collect(Collectors.toMap(partition -> partition, p -> Errors.NONE));
  }

  DeleteConsumerGroupOffsetsResult deleteConsumerGroupOffsets(
      String id, Set<TopicPartition> partitions, DeleteConsumerGroupOffsetsOptions options) {
    return result(
        DeleteConsumerGroupOffsetsResult.class,
        future(
            broker,
            () -> {
              Group group = existing(id);
              Map<TopicPartition, Errors> errors = new HashMap<>();
              for (TopicPartition partition : partitions) {
                boolean subscribed = isSubscribed(group, partition.topic());
                if (!subscribed) {
                  group.committed.remove(partition);
                }
                errors.put(partition, subscribed ? Errors.GROUP_SUBSCRIBED_TO_TOPIC : Errors.NONE);
              }
              broker.changed();
              return errors;
            }),
        partitions);
  }

  private static boolean isSubscribed(Group group, String topic) {
    if (group.protocol() instanceof ClassicMembers members) {
      return members.all().stream()
          .flatMap(member -> member.offers.values().stream())
          .anyMatch(offer -> offer.topics().contains(topic));
    }
    return group.protocol() instanceof AssignedMembers members
        && members.all().stream().anyMatch(member -> member.topics.contains(topic));
  }

  DeleteConsumerGroupsResult deleteConsumerGroups(
      Collection<String> ids, DeleteConsumerGroupsOptions options) {
    return result(
        DeleteConsumerGroupsResult.class,
        AdminCalls.<String, Void>each(
            broker,
            ids,
            id -> {
              Group group = existing(id);
              if (!group.isEmpty()) {
                throw new GroupNotEmptyException("The group " + id + " is not empty.");
              }
              group.disband();
              broker.changed();
              return null;
            }));
  }

  RemoveMembersFromConsumerGroupResult removeMembersFromConsumerGroup(
      String id, RemoveMembersFromConsumerGroupOptions options) {
    if (!options.removeAll()) {
      throw new NotModelledException("Admin.removeMembersFromConsumerGroup of single members");
    }
    return result(
        RemoveMembersFromConsumerGroupResult.class,
        future(
            broker,
            () -> {
              Group group = existing(id);
              Members members = group.protocol();
              if (members == null) {
                throw new UnknownMemberIdException("group " + id + " has no members");
              }
              for (Member member : List.copyOf(members.all())) {
                members.remove(member.id);
              }
              return Map.of();
            }),
        Set.of());
  }
}
