package dev.kafkaevents.testkit.memory;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.IllegalGenerationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TransactionAbortedException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * A producer on an in-memory Kafka. Like Kafka's: the caller serializes and waits for metadata, a
 * thread of its own sends and calls back. Thread-safe.
 */
final class MemoryProducer<K, V> implements Producer<K, V> {
  private final Broker broker;
  private final ProducerSettings settings;
  private final Serializer<K> keys;
  private final Serializer<V> values;
  private final Partitions partitions;
  private final KnownTopics known;
  private final Sender sender;

  /** Guarded by the broker's lock. */
  private final ProducerTransactions transactions;

  private volatile boolean closed;

  MemoryProducer(
      Broker broker,
      Map<String, Object> config,
      @Nullable Serializer<K> keys,
      @Nullable Serializer<V> values) {
    this.broker = broker;
    this.settings = new ProducerSettings(config, keys, values);
    this.partitions = new Partitions(broker, settings);
    this.keys = settings.serializer(keys, ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, true);
    this.values = settings.serializer(values, ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, false);
    this.known = new KnownTopics(broker, settings.metadataNanos);
    this.transactions = new ProducerTransactions(settings.transactionalId);
    this.sender = new Sender(broker, settings, transactions);
  }

  // Sending.

  @Override
  public Future<RecordMetadata> send(ProducerRecord<K, V> record) {
    return send(record, null);
  }

  @Override
  public Future<RecordMetadata> send(ProducerRecord<K, V> record, @Nullable Callback callback) {
    requireNonNull(record, "record");
    SendFuture future = new SendFuture();
    Integer partition = record.partition();
    broker.time.point();
    try {
      requireOpen();
      int count = awaitTopic(record.topic(), partition);
      byte[] key = serialize(keys, record, record.key(), "key");
      byte[] value = serialize(values, record, record.value(), "value");
      PendingRecord pending = pending(record, key, value, count, callback, future);
      partition = pending.destination().partition();
      sender.requireFits(pending);
      broker.atomically(() -> take(pending));
    } catch (ApiException e) {
      broker.atomically(() -> transactions.failed(e));
      int chosen = partition == null ? RecordMetadata.UNKNOWN_PARTITION : partition;
      RecordMetadata none =
          new RecordMetadata(new TopicPartition(record.topic(), chosen), -1, -1, -1, -1, -1);
      future.completeExceptionally(e);
      Sender.call(callback, none, e);
    }
    return future;
  }

  private void take(PendingRecord pending) {
    requireOpen();
    transactions.mayTake();
    sender.take(pending);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("Cannot perform operation after producer has been closed");
    }
  }

  /** How many partitions the topic has; waits until it is there, and the partition as well. */
  private int awaitTopic(String topic, @Nullable Integer partition) {
    Broker.checkName(topic);
    long until = broker.atomically(broker.time::nanos) + settings.maxBlockNanos;
    while (true) {
      long seen = broker.version();
      Integer count =
          broker.atomically(
              () -> {
                Integer before = known.count(topic);
                return before != null && partition != null && partition >= before
                    ? known.countNow(topic)
                    : before;
              });
      if (count != null && (partition == null || partition < count)) {
        return count;
      }
      if (broker.atomically(broker.time::nanos) >= until) {
        throw new TimeoutException(
            (partition == null || count == null
                    ? "Topic " + topic
                    : "Partition "
                        + partition
                        + " of topic "
                        + topic
                        + " with partition count "
                        + count)
                + " not present in metadata after "
                + TimeUnit.NANOSECONDS.toMillis(settings.maxBlockNanos)
                + " ms.");
      }
      await(seen, until);
      if (closed) {
        throw new KafkaException("Requested metadata update after close");
      }
    }
  }

  private void await(long seen, long until) {
    try {
      broker.await(seen, until);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private static <T> byte @Nullable [] serialize(
      Serializer<T> serializer, ProducerRecord<?, ?> record, T data, String what) {
    try {
      byte[] bytes = serializer.serialize(record.topic(), record.headers(), data);
      return bytes == null ? null : bytes.clone();
    } catch (ClassCastException e) {
      throw new SerializationException(
          "Can't convert "
              + what
              + " of class "
              + data.getClass().getName()
              + " with "
              + serializer.getClass().getName(),
          e);
    }
  }

  private PendingRecord pending(
      ProducerRecord<K, V> record,
      byte @Nullable [] key,
      byte @Nullable [] value,
      int count,
      @Nullable Callback callback,
      SendFuture future) {
    var headers = StoredRecord.copy(record.headers());
    if (record.headers() instanceof RecordHeaders own) {
      own.setReadOnly();
    }
    int bytes = RecordSizes.inBatch(key, value, headers);
    int partition = partitions.choose(record, key, value, count, bytes);
    Long timestamp = record.timestamp();
    return new PendingRecord(
        new TopicPartition(record.topic(), partition),
        timestamp == null ? broker.atomically(broker.time::millis) : timestamp,
        key,
        value,
        headers,
        bytes,
        callback,
        future);
  }

  @Override
  public void flush() {
    if (Thread.currentThread() == sender.thread()) {
      throw new KafkaException(
          "KafkaProducer.flush() invocation inside a callback is not permitted because it may"
              + " lead to deadlock.");
    }
    sender.flush(Long.MAX_VALUE);
  }

  // Transactions.

  @Override
  public void initTransactions() {
    String id = transactions.id();
    broker.atomically(
        () -> {
          requireOpen();
          transactions.mustBe(ProducerTransactions.State.UNINITIALIZED, "initTransactions");
          transactions.epoch = broker.transactions.init(id, broker.time.millis());
          transactions.is(ProducerTransactions.State.READY);
          broker.changed();
        });
  }

  @Override
  public void beginTransaction() {
    broker.atomically(
        () -> {
          requireOpen();
          transactions.mustBe(ProducerTransactions.State.READY, "beginTransaction");
          transactions.is(ProducerTransactions.State.IN_TRANSACTION);
        });
  }

  @Override
  public void sendOffsetsToTransaction(
      Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) {
    requireNonNull(group, "Consumer group metadata could not be null");
    inTransaction(
        () -> {
          transactions.mustBe(
              ProducerTransactions.State.IN_TRANSACTION, "sendOffsetsToTransaction");
          if (!offsets.isEmpty()) {
            Transaction open = sender.transaction();
            boolean loner = group.generationId() < 0 && group.memberId().isEmpty();
            Group.Committer from =
                loner && broker.group(group.groupId()).isEmpty()
                    ? Group.Committer.LONER
                    : new Group.Committer(
                        group.memberId(),
                        group.generationId(),
                        group.groupInstanceId().orElse(null));
            broker.group(group.groupId()).commit(from, offsets, open);
          }
          return true;
        });
  }

  @Override
  public void commitTransaction() {
    broker.atomically(
        () -> {
          requireOpen();
          transactions.mustBe(ProducerTransactions.State.IN_TRANSACTION, "commitTransaction");
        });
    sender.flush(Long.MAX_VALUE);
    inTransaction(
        () -> {
          transactions.mustBe(ProducerTransactions.State.IN_TRANSACTION, "commitTransaction");
          end(true);
          return true;
        });
  }

  @Override
  public void abortTransaction() {
    broker.atomically(
        () -> {
          requireOpen();
          transactions.mustAbort();
        });
    sender.dropUnsent(
        () -> new TransactionAbortedException("the transaction was aborted before this was sent"));
    inTransaction(
        () -> {
          end(false);
          return true;
        });
  }

  private void end(boolean commit) {
    broker.transactions.end(transactions.id(), transactions.epoch, commit, broker.time.millis());
    transactions.is(ProducerTransactions.State.READY);
    broker.changed();
  }

  private void inTransaction(Supplier<Boolean> work) {
    RuntimeException failure =
        broker.atomically(
            () -> {
              requireOpen();
              try {
                boolean ignored = work.get();
                return null;
              } catch (ApiException e) {
                RuntimeException told = told(e);
                transactions.failed(told);
                return told;
              }
            });
    if (failure != null) {
      throw failure;
    }
  }

  private static RuntimeException told(ApiException e) {
    return e instanceof UnknownMemberIdException || e instanceof IllegalGenerationException
        ? new CommitFailedException(
            "Transaction offset Commit failed due to consumer group metadata mismatch: "
                + e.getMessage())
        : e;
  }

  // The rest.

  @Override
  public List<PartitionInfo> partitionsFor(String topic) {
    requireNonNull(topic, "topic cannot be null");
    if (closed) {
      throw new KafkaException("Requested metadata update after close");
    }
    return Broker.partitions(topic, awaitTopic(topic, null));
  }

  @Override
  public void close() {
    close(Duration.ofMillis(Long.MAX_VALUE));
  }

  @Override
  public void close(Duration timeout) {
    if (timeout.isNegative()) {
      throw new IllegalArgumentException("The timeout cannot be negative.");
    }
    if (closed) {
      return;
    }
    closed = true;
    boolean hurry = timeout.isZero() || Thread.currentThread() == sender.thread();
    boolean complete = hurry ? false : sender.flush(left(timeout));
    if (!complete) {
      sender.dropUnsent(() -> new KafkaException("Producer is closed forcefully."));
    }
    broker.atomically(
        () -> {
          if (complete && transactions.isOpen()) {
            abortWhatIsOpen();
          }
        });
    sender.close();
    keys.close();
    values.close();
    partitions.close();
  }

  /** Is gone as with its process: what is not sent is lost, and nobody is told. */
  void crash() {
    closed = true;
    sender.crash();
  }

  private void abortWhatIsOpen() {
    try {
      end(false);
    } catch (ApiException e) {
      transactions.failed(e); // Somebody else has ended it.
    }
  }

  private static long left(Duration timeout) {
    try {
      return timeout.toNanos();
    } catch (ArithmeticException e) {
      return Long.MAX_VALUE;
    }
  }

  @Override
  public Map<MetricName, ? extends Metric> metrics() {
    throw new NotModelledException("Producer.metrics");
  }

  @Override
  public Uuid clientInstanceId(Duration timeout) {
    throw new NotModelledException("Producer.clientInstanceId");
  }

  @Override
  public void registerMetricForSubscription(KafkaMetric metric) {
    throw new NotModelledException("Producer.registerMetricForSubscription");
  }

  @Override
  public void unregisterMetricFromSubscription(KafkaMetric metric) {
    throw new NotModelledException("Producer.unregisterMetricFromSubscription");
  }
}
