package dev.kafkaevents.testkit.memory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/** What a consumer can ask about topics. Confined to the consumer's thread. */
final class Lookups {
  private final Broker broker;
  private final ConsumerSettings settings;
  private final KnownTopics known;
  private final ConsumerThread thread;

  Lookups(Broker broker, ConsumerSettings settings, KnownTopics known, ConsumerThread thread) {
    this.broker = broker;
    this.settings = settings;
    this.known = known;
    this.thread = thread;
  }

  @SuppressWarnings("NullAway") // Kafka's map has null where there is no such record
  Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(
      Map<TopicPartition, Long> times, Duration timeout) {
    return thread.alone(
        () -> {
          times.forEach(
              (id, time) -> {
                if (time < 0) {
                  throw new IllegalArgumentException(
                      "The target time for partition "
                          + id
                          + " is "
                          + time
                          + ". The target time cannot be negative.");
                }
              });
          awaitLogs(times.keySet(), timeout);
          Map<TopicPartition, OffsetAndTimestamp> found = new HashMap<>();
          broker.atomically(
              () ->
                  times.forEach(
                      (id, time) -> {
                        StoredRecord first =
                            broker.log(id).firstSince(time, settings.committedOnly);
                        found.put(
                            id,
                            first == null
                                ? null
                                : new OffsetAndTimestamp(
                                    first.offset(), first.timestamp(), Optional.of(0)));
                      }));
          return found;
        });
  }

  Map<TopicPartition, Long> offsets(
      Collection<TopicPartition> ids, Duration timeout, ToLongFunction<PartitionLog> offset) {
    return thread.alone(
        () -> {
          awaitLogs(ids, timeout);
          Map<TopicPartition, Long> offsets = new HashMap<>();
          broker.atomically(
              () -> ids.forEach(id -> offsets.put(id, offset.applyAsLong(broker.log(id)))));
          return offsets;
        });
  }

  private void awaitLogs(Collection<TopicPartition> ids, Duration timeout) {
    thread.awaitUntil(
        thread.until(timeout),
        () -> broker.atomically(() -> ids.stream().allMatch(id -> broker.findLog(id) != null)),
        "the offsets of " + ids);
  }

  List<PartitionInfo> partitionsFor(String topic) {
    return thread.alone(
        () -> {
          thread.heedRequests();
          Broker.checkName(topic);
          Integer count = broker.atomically(() -> known.countNow(topic));
          return count == null ? new ArrayList<>() : Broker.partitions(topic, count);
        });
  }

  Map<String, List<PartitionInfo>> listTopics() {
    return thread.alone(
        () -> {
          thread.heedRequests();
          Map<String, List<PartitionInfo>> all = new TreeMap<>();
          broker.atomically(
              () ->
                  broker
                      .topics()
                      .forEach(
                          (name, topic) ->
                              all.put(name, Broker.partitions(name, topic.logs.size()))));
          return all;
        });
  }
}
