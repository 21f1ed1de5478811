package dev.kafkaevents.testkit.memory;

import dev.kafkaevents.testkit.memory.Positions.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.ToLongFunction;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.clients.consumer.SubscriptionPattern;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InvalidGroupIdException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A consumer on an in-memory Kafka. For one thread at a time, as Kafka's: another is refused, and
 * only {@link #wakeup} may be called by any.
 */
final class MemoryConsumer<K, V> implements Consumer<K, V> {
  private static final Logger LOG = LoggerFactory.getLogger(MemoryConsumer.class);

  private final Broker broker;
  private final ConsumerSettings settings;
  private final Deserializer<K> keys;
  private final Deserializer<V> values;
  private final Positions positions = new Positions();
  private final KnownTopics known;
  private final Fetched<K, V> fetched;
  private final ConsumerThread thread;

  /** Null without a group. */
  private final @Nullable Commits commits;

  private final @Nullable Rebalances rebalances;

  private boolean subscribed;
  private long nextAutoCommit;

  /** At which version of the broker there was nothing left to do. Guarded by the broker's lock. */
  private long idleAt = -1;

  MemoryConsumer(
      Broker broker,
      Map<String, Object> config,
      @Nullable Deserializer<K> keys,
      @Nullable Deserializer<V> values) {
    this.broker = broker;
    this.settings = new ConsumerSettings(config, keys, values);
    this.keys = settings.deserializer(keys, ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, true);
    this.values =
        settings.deserializer(values, ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, false);
    this.known = new KnownTopics(broker, settings.metadataNanos);
    this.fetched = new Fetched<>(broker, settings, positions, this.keys, this.values);
    this.thread = new ConsumerThread(broker);
    String group = settings.group;
    this.rebalances =
        group == null
            ? null
            : settings.assignedByBroker
                ? new AssignedRebalances(
                    broker, settings, positions, known, group, this::autoCommitSync)
                : new ClassicRebalances(
                    broker, settings, positions, known, group, this::autoCommitSync);
    this.commits = group == null ? null : new Commits(broker, group, this::committer);
    this.nextAutoCommit = now() + settings.autoCommitNanos;
  }

  private Group.Committer committer() {
    return subscribed && rebalances != null ? rebalances.committer() : Group.Committer.LONER;
  }

  private long now() {
    return broker.atomically(broker.time::nanos);
  }

  private Commits commits() {
    if (commits == null) {
      throw noGroup();
    }
    return commits;
  }

  private Rebalances rebalances() {
    if (rebalances == null) {
      throw noGroup();
    }
    return rebalances;
  }

  private static InvalidGroupIdException noGroup() {
    return new InvalidGroupIdException(
        "To use the group management or offset commit APIs, you must provide a valid group.id in"
            + " the consumer configuration.");
  }

  // Subscribing.

  @Override
  public Set<TopicPartition> assignment() {
    return thread.alone(positions::ids);
  }

  @Override
  public Set<String> subscription() {
    return thread.alone(
        () -> subscribed ? new LinkedHashSet<>(rebalances().topics()) : new HashSet<String>());
  }

  @Override
  public void subscribe(Collection<String> topics) {
    subscribe(topics, (ConsumerRebalanceListener) null);
  }

  @Override
  public void subscribe(Collection<String> topics, @Nullable ConsumerRebalanceListener listener) {
    thread.alone(
        () -> {
          Rebalances mine = rebalances();
          if (topics == null) {
            throw new IllegalArgumentException("Topic collection to subscribe to cannot be null");
          }
          for (String topic : topics) {
            if (topic == null || topic.isBlank()) {
              throw new IllegalArgumentException(
                  "Topic collection to subscribe to cannot contain null or empty topic");
            }
          }
          if (topics.isEmpty()) {
            unsubscribeNow();
          } else {
            requireNotAssigned();
            subscribed = true;
            mine.subscribe(topics, listener);
          }
        });
  }

  @Override
  public void subscribe(Pattern pattern) {
    subscribe(pattern, null);
  }

  @Override
  public void subscribe(Pattern pattern, @Nullable ConsumerRebalanceListener listener) {
    thread.alone(
        () -> {
          Rebalances mine = rebalances();
          if (pattern == null || pattern.toString().isEmpty()) {
            throw new IllegalArgumentException(
                "Topic pattern to subscribe to cannot be " + (pattern == null ? "null" : "empty"));
          }
          requireNotAssigned();
          subscribed = true;
          mine.subscribe(pattern, listener);
        });
  }

  private void requireNotAssigned() {
    if (!subscribed && !positions.isEmpty()) {
      throw new IllegalStateException(
          "Subscription to topics, partitions and pattern are mutually exclusive");
    }
  }

  @Override
  public void subscribe(SubscriptionPattern pattern, ConsumerRebalanceListener listener) {
    throw new NotModelledException("Consumer.subscribe(SubscriptionPattern)");
  }

  @Override
  public void subscribe(SubscriptionPattern pattern) {
    throw new NotModelledException("Consumer.subscribe(SubscriptionPattern)");
  }

  @Override
  public void assign(Collection<TopicPartition> ids) {
    thread.alone(
        () -> {
          if (ids == null) {
            throw new IllegalArgumentException(
                "Topic partition collection to assign to cannot be null");
          }
          for (TopicPartition id : ids) {
            if (id == null || id.topic() == null || id.topic().isBlank()) {
              throw new IllegalArgumentException(
                  "Topic partitions to assign to cannot have null or empty topic");
            }
          }
          if (ids.isEmpty()) {
            unsubscribeNow();
            return;
          }
          if (subscribed) {
            throw new IllegalStateException(
                "Subscription to topics, partitions and pattern are mutually exclusive");
          }
          autoCommitIfDue(true);
          positions.assign(ids);
        });
  }

  @Override
  public void unsubscribe() {
    thread.alone(this::unsubscribeNow);
  }

  private void unsubscribeNow() {
    try {
      if (subscribed) {
        rebalances().leave(true, true);
      }
    } finally {
      subscribed = false;
      positions.remove(positions.ids());
    }
  }

  // Polling.

  @Override
  public ConsumerRecords<K, V> poll(Duration timeout) {
    return thread.alone(
        () -> {
          long until = thread.until(timeout);
          if (!subscribed && positions.isEmpty()) {
            throw new IllegalStateException(
                "Consumer is not subscribed to any topics or assigned any partitions");
          }
          if (rebalances != null) {
            rebalances.polls();
          }
          try {
            return pollUntil(until);
          } finally {
            if (rebalances != null) {
              rebalances.polled();
            }
          }
        });
  }

  private ConsumerRecords<K, V> pollUntil(long until) {
    while (true) {
      long seen = broker.version(); // before looking for requests, or one that comes now is missed
      thread.heedRequests();
      callBack();
      if (subscribed) {
        rebalances().step();
        rebalances().polls(); // It may have become a member just now.
      }
      autoCommitIfDue(false);
      findPositions(positions.ids());
      ConsumerRecords<K, V> records = fetched.poll();
      if (records != null) {
        return records;
      }
      lookIdle(seen);
      if (now() >= until) {
        return ConsumerRecords.empty();
      }
      long due = nextDue();
      thread.await(seen, Math.min(until, due), due);
    }
  }

  private void lookIdle(long seen) {
    broker.atomically(
        () -> {
          boolean idle = true;
          for (Map.Entry<TopicPartition, Position> entry : positions.all().entrySet()) {
            idle &= isCaughtUp(entry.getKey(), entry.getValue());
          }
          idleAt = idle ? seen : -1;
        });
  }

  private boolean isCaughtUp(TopicPartition id, Position position) {
    PartitionLog log = broker.findLog(id);
    if (log == null || position.paused) {
      return true;
    }
    Long next = position.next;
    if (next == null || next < log.end(settings.committedOnly)) {
      return false;
    }
    OffsetAndMetadata committed = position.moved && commits != null ? commits.committed(id) : null;
    return !position.moved || (committed != null && committed.offset() == next);
  }

  /** Whether nothing has changed since it had nothing left to do. Under the broker's lock. */
  boolean isIdleSince(long version) {
    return idleAt == version;
  }

  private long nextDue() {
    return Math.min(
        subscribed ? broker.atomically(known::nextRefresh) : Long.MAX_VALUE,
        settings.autoCommit ? nextAutoCommit : Long.MAX_VALUE);
  }

  private void callBack() {
    if (commits != null) {
      commits.callBack();
    }
  }

  /** Gives a position to those that have none, where it can be known now. */
  private void findPositions(Collection<TopicPartition> ids) {
    Set<TopicPartition> without = new HashSet<>();
    for (TopicPartition id : ids) {
      Position position = positions.find(id);
      if (position != null && position.next == null && !findPosition(id, position)) {
        without.add(id);
      }
    }
    if (!without.isEmpty()) {
      throw new NoOffsetForPartitionException(without);
    }
  }

  /** False if there is neither a commit nor a rule for that. */
  private boolean findPosition(TopicPartition id, Position position) {
    Reset reset = position.reset;
    if (reset == null && commits != null) {
      if (settings.committedOnly && commits.isUnstable(id)) {
        return true;
      }
      OffsetAndMetadata committed = commits.committed(id);
      if (committed != null) {
        position.is(committed.offset());
        return true;
      }
    }
    Reset rule = reset == null ? settings.reset : reset;
    if (rule.kind() == Reset.Kind.NONE) {
      return false;
    }
    broker.atomically(
        () -> {
          PartitionLog log = broker.findLog(id);
          if (log != null) {
            position.is(rule.offset(log, settings.committedOnly, broker.time.millis()));
          }
        });
    return true;
  }

  @Override
  public void enforceRebalance() {
    thread.alone(() -> rebalances().rejoin());
  }

  @Override
  public void enforceRebalance(String reason) {
    enforceRebalance();
  }

  // Committing.

  private Map<TopicPartition, OffsetAndMetadata> returned() {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    positions
        .all()
        .forEach(
            (id, position) -> {
              if (position.next != null) {
                offsets.put(id, new OffsetAndMetadata(position.next, Optional.of(0), ""));
              }
            });
    return offsets;
  }

  private void autoCommitIfDue(boolean now) {
    if (settings.autoCommit && (now || now() >= nextAutoCommit)) {
      nextAutoCommit = now() + settings.autoCommitNanos;
      commits()
          .commitAsync(
              returned(),
              (offsets, e) -> {
                if (e != null) {
                  LOG.warn("group {} could not commit by itself: {}", settings.group, e.toString());
                }
              });
    }
  }

  private void autoCommitSync() {
    if (settings.autoCommit && !positions.isEmpty()) {
      try {
        commits().commit(returned());
      } catch (KafkaException e) {
        LOG.warn("group {} could not commit by itself: {}", settings.group, e.toString());
      }
      nextAutoCommit = now() + settings.autoCommitNanos;
    }
  }

  @Override
  public void commitSync() {
    commitSync(settings.apiTimeout);
  }

  @Override
  public void commitSync(Duration timeout) {
    thread.alone(() -> commitUntil(thread.until(timeout), returned()));
  }

  @Override
  public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets) {
    commitSync(offsets, settings.apiTimeout);
  }

  @Override
  public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
    thread.alone(() -> commitUntil(thread.until(timeout), new HashMap<>(offsets)));
  }

  private void commitUntil(long until, Map<TopicPartition, OffsetAndMetadata> offsets) {
    Commits mine = commits();
    callBack();
    if (offsets.isEmpty()) {
      return;
    }
    while (true) {
      long seen = broker.version(); // before looking for requests, or one that comes now is missed
      thread.heedRequests();
      try {
        mine.commit(offsets);
        return;
      } catch (org.apache.kafka.common.errors.RebalanceInProgressException e) {
        throw e;
      } catch (RetriableException e) {
        if (now() >= until) {
          throw new TimeoutException(
              "Timeout expired before successfully committing offsets of " + offsets.keySet(), e);
        }
      }
      thread.await(seen, until);
    }
  }

  @Override
  public void commitAsync() {
    commitAsync((OffsetCommitCallback) null);
  }

  @Override
  public void commitAsync(@Nullable OffsetCommitCallback callback) {
    thread.alone(() -> commits().commitAsync(returned(), callback));
  }

  @Override
  public void commitAsync(
      Map<TopicPartition, OffsetAndMetadata> offsets, @Nullable OffsetCommitCallback callback) {
    thread.alone(() -> commits().commitAsync(new HashMap<>(offsets), callback));
  }

  @Override
  public Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> ids) {
    return committed(ids, settings.apiTimeout);
  }

  @Override
  @SuppressWarnings("NullAway") // Kafka's map has null where there is no commit
  public Map<TopicPartition, OffsetAndMetadata> committed(
      Set<TopicPartition> ids, Duration timeout) {
    return thread.alone(
        () -> {
          Commits mine = commits();
          long until = thread.until(timeout);
          awaitUntil(
              until,
              () -> !settings.committedOnly || ids.stream().noneMatch(mine::isUnstable),
              "the committed offsets of " + ids);
          Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
          ids.forEach(id -> committed.put(id, mine.committed(id)));
          return committed;
        });
  }

  // Positions.

  @Override
  public void seek(TopicPartition id, long offset) {
    if (offset < 0) {
      throw new IllegalArgumentException("seek offset must not be a negative number");
    }
    thread.alone(() -> positions.of(id).is(offset));
  }

  @Override
  public void seek(TopicPartition id, OffsetAndMetadata offset) {
    seek(id, offset.offset());
  }

  @Override
  public void seekToBeginning(Collection<TopicPartition> ids) {
    reset(ids, Reset.EARLIEST);
  }

  @Override
  public void seekToEnd(Collection<TopicPartition> ids) {
    reset(ids, Reset.LATEST);
  }

  private void reset(Collection<TopicPartition> ids, Reset to) {
    if (ids == null) {
      throw new IllegalArgumentException("Partitions collection cannot be null");
    }
    thread.alone(() -> positions.namedOrAll(ids).forEach(id -> positions.of(id).reset(to)));
  }

  @Override
  public long position(TopicPartition id) {
    return position(id, settings.apiTimeout);
  }

  @Override
  public long position(TopicPartition id, Duration timeout) {
    return thread.alone(
        () -> {
          Position position = positions.find(id);
          if (position == null) {
            throw new IllegalStateException(
                "You can only check the position for partitions assigned to this consumer.");
          }
          awaitUntil(
              thread.until(timeout),
              () -> {
                findPositions(List.of(id));
                return position.next != null;
              },
              "the position of " + id);
          Long next = position.next;
          return next == null ? -1L : next;
        });
  }

  private void awaitUntil(long until, BooleanSupplier so, String what) {
    while (true) {
      long seen = broker.version();
      if (so.getAsBoolean()) {
        return;
      }
      thread.heedRequests();
      if (now() >= until) {
        throw new TimeoutException("Timeout expired before " + what + " could be determined");
      }
      thread.await(seen, until);
    }
  }

  @Override
  public Set<TopicPartition> paused() {
    return thread.alone(positions::paused);
  }

  @Override
  public void pause(Collection<TopicPartition> ids) {
    thread.alone(() -> List.copyOf(ids).forEach(id -> positions.of(id).paused = true));
  }

  @Override
  public void resume(Collection<TopicPartition> ids) {
    thread.alone(() -> List.copyOf(ids).forEach(id -> positions.of(id).paused = false));
  }

  @Override
  public OptionalLong currentLag(TopicPartition id) {
    return thread.alone(
        () -> {
          Position position = positions.of(id);
          return position.next == null || position.end == null
              ? OptionalLong.empty()
              : OptionalLong.of(position.end - position.next);
        });
  }

  // Asking about topics.

  @Override
  public Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(Map<TopicPartition, Long> times) {
    return offsetsForTimes(times, settings.apiTimeout);
  }

  @Override
  @SuppressWarnings("NullAway") // Kafka's map has null where there is no such record
  public Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(
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

  @Override
  public Map<TopicPartition, Long> beginningOffsets(Collection<TopicPartition> ids) {
    return beginningOffsets(ids, settings.apiTimeout);
  }

  @Override
  public Map<TopicPartition, Long> beginningOffsets(
      Collection<TopicPartition> ids, Duration timeout) {
    return offsets(ids, timeout, PartitionLog::start);
  }

  @Override
  public Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> ids) {
    return endOffsets(ids, settings.apiTimeout);
  }

  @Override
  public Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> ids, Duration timeout) {
    return offsets(ids, timeout, log -> log.end(settings.committedOnly));
  }

  private Map<TopicPartition, Long> offsets(
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
    awaitUntil(
        thread.until(timeout),
        () -> broker.atomically(() -> ids.stream().allMatch(id -> broker.findLog(id) != null)),
        "the offsets of " + ids);
  }

  @Override
  public List<PartitionInfo> partitionsFor(String topic) {
    return partitionsFor(topic, settings.apiTimeout);
  }

  @Override
  public List<PartitionInfo> partitionsFor(String topic, Duration timeout) {
    return thread.alone(
        () -> {
          thread.heedRequests();
          Broker.checkName(topic);
          Integer count = broker.atomically(() -> known.countNow(topic));
          return count == null ? new ArrayList<>() : Broker.partitions(topic, count);
        });
  }

  @Override
  public Map<String, List<PartitionInfo>> listTopics() {
    return listTopics(settings.apiTimeout);
  }

  @Override
  public Map<String, List<PartitionInfo>> listTopics(Duration timeout) {
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

  @Override
  public ConsumerGroupMetadata groupMetadata() {
    return thread.alone(() -> rebalances().metadata());
  }

  // The end.

  @Override
  public void wakeup() {
    thread.wakeUp();
  }

  @Override
  public void close() {
    close(CloseOptions.timeout(Duration.ofSeconds(30)));
  }

  @Override
  @SuppressWarnings("deprecation") // it is still called
  public void close(Duration timeout) {
    close(CloseOptions.timeout(timeout));
  }

  @Override
  public void close(CloseOptions options) {
    if (options.timeout().map(Duration::isNegative).orElse(false)) {
      throw new IllegalArgumentException("The timeout cannot be negative.");
    }
    thread.close(
        () -> {
          KafkaException failure = null;
          try {
            autoCommitSync();
            callBack();
            if (subscribed) {
              rebalances().leave(leaves(options.groupMembershipOperation()), true);
            }
          } catch (KafkaException e) {
            failure = new KafkaException("Failed to close kafka consumer", e);
          }
          broker.atomically(() -> broker.consumers.remove(this));
          keys.close();
          values.close();
          if (failure != null) {
            throw failure;
          }
        });
  }

  /** A static member only falls silent, unless told otherwise. */
  private boolean leaves(GroupMembershipOperation operation) {
    return switch (operation) {
      case LEAVE_GROUP -> true;
      case REMAIN_IN_GROUP -> false;
      case DEFAULT -> settings.instance == null;
    };
  }

  /** Is gone as with its process: nothing is committed, nobody told; the session runs out. */
  void crash() {
    thread.crash();
    broker.atomically(() -> broker.consumers.remove(this));
    if (rebalances != null) {
      broker.atomically(
          () -> {
            Member member = rebalances.member();
            if (member != null) {
              member.falls(broker.time.nanos());
            }
            broker.changed();
          });
    }
  }

  @Override
  public Map<MetricName, ? extends Metric> metrics() {
    throw new NotModelledException("Consumer.metrics");
  }

  @Override
  public Uuid clientInstanceId(Duration timeout) {
    throw new NotModelledException("Consumer.clientInstanceId");
  }

  @Override
  public void registerMetricForSubscription(KafkaMetric metric) {
    throw new NotModelledException("Consumer.registerMetricForSubscription");
  }

  @Override
  public void unregisterMetricFromSubscription(KafkaMetric metric) {
    throw new NotModelledException("Consumer.unregisterMetricFromSubscription");
  }

  @Override
  public String toString() {
    return "in-memory consumer " + settings.clientId;
  }
}
