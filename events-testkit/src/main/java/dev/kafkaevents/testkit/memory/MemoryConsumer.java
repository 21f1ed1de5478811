package dev.kafkaevents.testkit.memory;

import dev.kafkaevents.testkit.memory.Positions.Position;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
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
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * A consumer on an in-memory Kafka. For one thread at a time, as Kafka's: another is refused, and
 * only {@link #wakeup} may be called by any.
 */
final class MemoryConsumer<K, V> implements Consumer<K, V> {
  private final Broker broker;
  private final ConsumerSettings settings;
  private final Deserializer<K> keys;
  private final Deserializer<V> values;
  private final Positions positions = new Positions();
  private final ConsumerThread thread;
  private final Committing committing;
  private final Polling<K, V> polling;
  private final Lookups lookups;

  /** Null without a group. */
  private final @Nullable Rebalances rebalances;

  private boolean subscribed;

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
    KnownTopics known = new KnownTopics(broker, settings.metadataNanos);
    this.thread = new ConsumerThread(broker);
    this.committing = new Committing(broker, settings, positions, thread, this::committer);
    String group = settings.group;
    Runnable commit = committing::autoCommitSync;
    this.rebalances =
        group == null
            ? null
            : settings.assignedByBroker
                ? new AssignedRebalances(broker, settings, positions, known, group, commit)
                : new ClassicRebalances(broker, settings, positions, known, group, commit);
    Fetched<K, V> fetched = new Fetched<>(broker, settings, positions, this.keys, this.values);
    this.polling = new Polling<>(broker, settings, positions, known, fetched, thread, committing);
    this.lookups = new Lookups(broker, settings, known, thread);
  }

  private Group.Committer committer() {
    return subscribed && rebalances != null ? rebalances.committer() : Group.Committer.LONER;
  }

  private Rebalances rebalances() {
    if (rebalances == null) {
      throw Committing.noGroup();
    }
    return rebalances;
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
          Misuse.requireTopics(topics);
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
          Misuse.requirePattern(pattern);
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
          Misuse.requirePartitions(ids);
          if (ids.isEmpty()) {
            unsubscribeNow();
            return;
          }
          if (subscribed) {
            throw new IllegalStateException(
                "Subscription to topics, partitions and pattern are mutually exclusive");
          }
          committing.autoCommitIfDue(true);
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
            return polling.pollUntil(until, subscribed ? rebalances() : null);
          } finally {
            if (rebalances != null) {
              rebalances.polled();
            }
          }
        });
  }

  /** Whether nothing has changed since it had nothing left to do. Under the broker's lock. */
  boolean isIdleSince(long version) {
    return polling.isIdleSince(version);
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

  @Override
  public void commitSync() {
    commitSync(settings.apiTimeout);
  }

  @Override
  public void commitSync(Duration timeout) {
    thread.alone(() -> committing.commitUntil(thread.until(timeout), committing.returned()));
  }

  @Override
  public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets) {
    commitSync(offsets, settings.apiTimeout);
  }

  @Override
  public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
    thread.alone(() -> committing.commitUntil(thread.until(timeout), new HashMap<>(offsets)));
  }

  @Override
  public void commitAsync() {
    commitAsync((OffsetCommitCallback) null);
  }

  @Override
  public void commitAsync(@Nullable OffsetCommitCallback callback) {
    thread.alone(() -> committing.commits().commitAsync(committing.returned(), callback));
  }

  @Override
  public void commitAsync(
      Map<TopicPartition, OffsetAndMetadata> offsets, @Nullable OffsetCommitCallback callback) {
    thread.alone(() -> committing.commits().commitAsync(new HashMap<>(offsets), callback));
  }

  @Override
  public Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> ids) {
    return committed(ids, settings.apiTimeout);
  }

  @Override
  public Map<TopicPartition, OffsetAndMetadata> committed(
      Set<TopicPartition> ids, Duration timeout) {
    return committing.committed(ids, timeout);
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
    return thread.alone(() -> polling.position(id, thread.until(timeout)));
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
  public Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(
      Map<TopicPartition, Long> times, Duration timeout) {
    return lookups.offsetsForTimes(times, timeout);
  }

  @Override
  public Map<TopicPartition, Long> beginningOffsets(Collection<TopicPartition> ids) {
    return beginningOffsets(ids, settings.apiTimeout);
  }

  @Override
  public Map<TopicPartition, Long> beginningOffsets(
      Collection<TopicPartition> ids, Duration timeout) {
    return lookups.offsets(ids, timeout, PartitionLog::start);
  }

  @Override
  public Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> ids) {
    return endOffsets(ids, settings.apiTimeout);
  }

  @Override
  public Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> ids, Duration timeout) {
    return lookups.offsets(ids, timeout, log -> log.end(settings.committedOnly));
  }

  @Override
  public List<PartitionInfo> partitionsFor(String topic) {
    return partitionsFor(topic, settings.apiTimeout);
  }

  @Override
  public List<PartitionInfo> partitionsFor(String topic, Duration timeout) {
    return lookups.partitionsFor(topic);
  }

  @Override
  public Map<String, List<PartitionInfo>> listTopics() {
    return listTopics(settings.apiTimeout);
  }

  @Override
  public Map<String, List<PartitionInfo>> listTopics(Duration timeout) {
    return lookups.listTopics();
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
            committing.autoCommitSync();
            committing.callBack();
            if (subscribed) {
              rebalances().leave(settings.leaves(options.groupMembershipOperation()), true);
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
