package dev.kafkaevents.testkit.memory;

import static dev.kafkaevents.testkit.memory.AdminCalls.each;
import static dev.kafkaevents.testkit.memory.AdminCalls.future;
import static dev.kafkaevents.testkit.memory.AdminCalls.result;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigsOptions;
import org.apache.kafka.clients.admin.AlterConfigsResult;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ConfigEntry.ConfigSource;
import org.apache.kafka.clients.admin.ConfigEntry.ConfigType;
import org.apache.kafka.clients.admin.CreatePartitionsOptions;
import org.apache.kafka.clients.admin.CreatePartitionsResult;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.CreateTopicsResult.TopicMetadataAndConfig;
import org.apache.kafka.clients.admin.DeleteRecordsOptions;
import org.apache.kafka.clients.admin.DeleteRecordsResult;
import org.apache.kafka.clients.admin.DeleteTopicsOptions;
import org.apache.kafka.clients.admin.DeleteTopicsResult;
import org.apache.kafka.clients.admin.DeletedRecords;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.DescribeClusterResult;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.clients.admin.DescribeConfigsResult;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsResult;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.ListTopicsResult;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.admin.TopicListing;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.TopicCollection.TopicNameCollection;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.OffsetOutOfRangeException;
import org.jspecify.annotations.Nullable;

/** The administrator's calls about topics and their records; signatures as in Kafka's. */
final class AdminOfTopics {
  private final Broker broker;

  AdminOfTopics(Broker broker) {
    this.broker = broker;
  }

  CreateTopicsResult createTopics(Collection<NewTopic> topics, CreateTopicsOptions options) {
    Map<String, NewTopic> byName = new LinkedHashMap<>();
    topics.forEach(topic -> byName.put(topic.name(), topic));
    return result(
        CreateTopicsResult.class,
        each(
            broker,
            byName.keySet(),
            name -> {
              NewTopic topic = byName.get(name);
              return topic == null ? null : create(topic, options.shouldValidateOnly());
            }));
  }

  private TopicMetadataAndConfig create(NewTopic topic, boolean onlyValidate) {
    if (topic.replicasAssignments() != null) {
      throw new NotModelledException("a topic whose replicas are placed by hand");
    }
    int replicas = topic.replicationFactor();
    if (replicas != -1 && replicas != 1) {
      throw new InvalidReplicationFactorException(
          "Unable to replicate the partition "
              + replicas
              + " time(s): The target replication factor of "
              + replicas
              + " cannot be reached because only 1 broker(s) are registered.");
    }
    int partitions = topic.numPartitions() == -1 ? 1 : topic.numPartitions();
    Map<String, String> configs = topic.configs() == null ? Map.of() : topic.configs();
    TopicSettings settings = new TopicSettings(topic.name(), configs);
    if (onlyValidate) {
      Broker.checkName(topic.name());
      return new TopicMetadataAndConfig(Uuid.ZERO_UUID, partitions, 1, config(settings));
    }
    broker.createTopic(topic.name(), partitions, settings);
    return new TopicMetadataAndConfig(
        broker.topic(topic.name()).uuid, partitions, 1, config(settings));
  }

  DeleteTopicsResult deleteTopics(TopicCollection topics, DeleteTopicsOptions options) {
    return result(
        DeleteTopicsResult.class,
        null,
        AdminCalls.<String, Void>each(
            broker,
            names(topics),
            name -> {
              broker.deleteTopic(name);
              return null;
            }));
  }

  private static Collection<String> names(TopicCollection topics) {
    if (topics instanceof TopicNameCollection byName) {
      return byName.topicNames();
    }
    throw new NotModelledException("an administrator's call with topic ids");
  }

  ListTopicsResult listTopics(ListTopicsOptions options) {
    return result(
        ListTopicsResult.class,
        future(
            broker,
            () -> {
              Map<String, TopicListing> listings = new HashMap<>();
              broker
                  .topics()
                  .forEach(
                      (name, topic) ->
                          listings.put(name, new TopicListing(name, topic.uuid, false)));
              return listings;
            }));
  }

  DescribeTopicsResult describeTopics(TopicCollection topics, DescribeTopicsOptions options) {
    return result(DescribeTopicsResult.class, null, each(broker, names(topics), this::description));
  }

  private TopicDescription description(String name) {
    StoredTopic topic = broker.topic(name);
    List<Node> replicas = List.of(Broker.NODE);
    List<TopicPartitionInfo> partitions = new ArrayList<>();
    for (int i = 0; i < topic.logs.size(); i++) {
      partitions.add(new TopicPartitionInfo(i, Broker.NODE, replicas, replicas));
    }
    return new TopicDescription(name, false, partitions, Set.of(), topic.uuid);
  }

  DescribeClusterResult describeCluster(DescribeClusterOptions options) {
    Collection<Node> nodes = List.of(Broker.NODE);
    return result(
        DescribeClusterResult.class,
        future(broker, () -> nodes),
        future(broker, () -> Broker.NODE),
        future(broker, () -> broker.clusterId),
        future(broker, Set::of));
  }

  DescribeConfigsResult describeConfigs(
      Collection<ConfigResource> resources, DescribeConfigsOptions options) {
    return result(
        DescribeConfigsResult.class,
        each(broker, resources, resource -> config(topic(resource).settings)));
  }

  private StoredTopic topic(ConfigResource resource) {
    if (resource.type() != ConfigResource.Type.TOPIC) {
      throw new NotModelledException("the configuration of " + resource);
    }
    return broker.topic(resource.name());
  }

  private static Config config(TopicSettings settings) {
    List<ConfigEntry> entries = new ArrayList<>();
    settings
        .all()
        .forEach(
            (name, value) ->
                entries.add(
                    new ConfigEntry(
                        name,
                        value,
                        settings.given().containsKey(name)
                            ? ConfigSource.DYNAMIC_TOPIC_CONFIG
                            : ConfigSource.DEFAULT_CONFIG,
                        false,
                        false,
                        List.of(),
                        ConfigType.UNKNOWN,
                        null)));
    return new Config(entries);
  }

  AlterConfigsResult incrementalAlterConfigs(
      Map<ConfigResource, Collection<AlterConfigOp>> changes, AlterConfigsOptions options) {
    return result(
        AlterConfigsResult.class,
        AdminCalls.<ConfigResource, Void>each(
            broker,
            changes.keySet(),
            resource -> {
              StoredTopic topic = topic(resource);
              TopicSettings changed =
                  topic.settings.with(
                      topic.name, values(changes.getOrDefault(resource, List.of())));
              if (!options.shouldValidateOnly()) {
                topic.settings = changed;
                broker.changed();
              }
              return null;
            }));
  }

  private static Map<String, @Nullable String> values(Collection<AlterConfigOp> operations) {
    Map<String, @Nullable String> values = new HashMap<>();
    for (AlterConfigOp operation : operations) {
      String name = operation.configEntry().name();
      switch (operation.opType()) {
        case SET -> values.put(name, operation.configEntry().value());
        case DELETE -> values.put(name, null);
        default ->
            throw new NotModelledException(operation.opType() + " of the topic setting " + name);
      }
    }
    return values;
  }

  CreatePartitionsResult createPartitions(
      Map<String, NewPartitions> totals, CreatePartitionsOptions options) {
    return result(
        CreatePartitionsResult.class,
        AdminCalls.<String, Void>each(
            broker,
            totals.keySet(),
            name -> {
              NewPartitions total = totals.get(name);
              if (total == null || total.assignments() != null || options.validateOnly()) {
                throw new NotModelledException("partitions placed by hand, or only validated");
              }
              broker.addPartitions(name, total.totalCount());
              return null;
            }));
  }

  DeleteRecordsResult deleteRecords(
      Map<TopicPartition, RecordsToDelete> before, DeleteRecordsOptions options) {
    return new DeleteRecordsResult(
        each(
            broker,
            before.keySet(),
            id -> {
              PartitionLog log = broker.log(id);
              RecordsToDelete asked = before.get(id);
              long offset =
                  asked == null || asked.beforeOffset() == -1 ? log.end() : asked.beforeOffset();
              if (offset < 0 || offset > log.end()) {
                throw new OffsetOutOfRangeException(
                    "offset " + offset + " of " + id + " is not from 0 to " + log.end());
              }
              log.deleteBefore(offset);
              broker.changed();
              return new DeletedRecords(log.start());
            }));
  }

  ListOffsetsResult listOffsets(Map<TopicPartition, OffsetSpec> asked, ListOffsetsOptions options) {
    boolean committedOnly = options.isolationLevel() == IsolationLevel.READ_COMMITTED;
    return new ListOffsetsResult(
        each(broker, asked.keySet(), id -> offset(broker.log(id), asked.get(id), committedOnly)));
  }

  private static ListOffsetsResultInfo offset(
      PartitionLog log, @Nullable OffsetSpec spec, boolean committedOnly) {
    if (spec instanceof OffsetSpec.EarliestSpec) {
      return new ListOffsetsResultInfo(log.start(), -1, Optional.of(0));
    }
    if (spec instanceof OffsetSpec.LatestSpec) {
      return new ListOffsetsResultInfo(log.end(committedOnly), -1, Optional.of(0));
    }
    if (spec instanceof OffsetSpec.TimestampSpec since) {
      StoredRecord first = log.firstSince(timestamp(since), committedOnly);
      return first == null
          ? new ListOffsetsResultInfo(-1, -1, Optional.empty())
          : new ListOffsetsResultInfo(first.offset(), first.timestamp(), Optional.of(0));
    }
    throw new NotModelledException(
        "Admin.listOffsets with " + (spec == null ? null : spec.getClass().getSimpleName()));
  }

  private static long timestamp(OffsetSpec.TimestampSpec spec) {
    try {
      var accessor = OffsetSpec.TimestampSpec.class.getDeclaredMethod("timestamp");
      accessor.setAccessible(true);
      return (long) accessor.invoke(spec);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("these kafka-clients hide the timestamp asked for", e);
    }
  }
}
