package dev.kafkaevents.testkit.memory;

import dev.kafkaevents.Position;
import dev.kafkaevents.testkit.memory.Batches.Batch;
import dev.kafkaevents.testkit.memory.Broker.Stored;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a producer does on its own thread, which begins with the first record: sends batches that
 * are due, and calls back. A callback never runs inside {@code send}, nor under the lock.
 */
final class Sender {
  private static final Logger LOG = LoggerFactory.getLogger(Sender.class);

  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Broker broker;
  private final ProducerSettings settings;

  // All guarded by the broker's lock.
  private final ProducerTransactions transactions;
  private final Batches batches;
  private @Nullable Thread thread;
  private boolean closed;

  Sender(Broker broker, ProducerSettings settings, ProducerTransactions transactions) {
    this.broker = broker;
    this.settings = settings;
    this.transactions = transactions;
    this.batches = new Batches(settings.batchSize, broker.time.linger(settings.lingerNanos));
  }

  void requireFits(PendingRecord record) {
    int size = RecordSizes.upperBound(record.key(), record.value(), record.headers());
    String limit =
        size > settings.maxRequestSize
            ? "max.request.size, which is " + settings.maxRequestSize
            : size > settings.bufferMemory
                ? "buffer.memory, which is " + settings.bufferMemory
                : null;
    if (limit != null) {
      throw new RecordTooLargeException(
          "The message is " + size + " bytes when serialized which is larger than " + limit);
    }
  }

  /** Under the lock. */
  void take(PendingRecord record) {
    batches.add(record, broker.time.nanos());
    if (thread == null) {
      thread = broker.time.thread("in-memory-kafka-producer | " + settings.clientId, this::run);
      thread.start();
      broker.unsent.add(batches);
    }
    broker.changed();
  }

  @Nullable Thread thread() {
    return broker.atomically(() -> thread);
  }

  /** The transaction that is open at the broker. Under the lock. */
  Transaction transaction() {
    return broker.transactions.open(
        transactions.id(), transactions.epoch, broker.time.nanos(), settings.transactionNanos);
  }

  private void run() {
    boolean goesOn = true;
    while (goesOn) {
      long seen = broker.version();
      List<Stored> told = new ArrayList<>();
      broker.atomically(
          () -> {
            Batch next = batches.next(broker.time.nanos());
            if (next != null) {
              send(next, told);
            }
          });
      stored(told);
      told.forEach(this::tell);
      if (!told.isEmpty()) {
        broker.atomically(
            () -> {
              batches.told();
              broker.changed();
            });
      }
      goesOn = !told.isEmpty() || awaitWork(seen);
    }
  }

  private void stored(List<Stored> outcomes) {
    int count = 0;
    StoredRecord first = null;
    PendingRecord pending = null;
    for (Stored outcome : outcomes) {
      if (outcome.record() != null) {
        count++;
        if (first == null) {
          first = outcome.record();
          pending = outcome.pending();
        }
      }
    }
    if (first != null && pending != null) {
      TopicPartition to = pending.destination();
      broker.time.did(
          Step.Kind.STORED,
          new Position(to.topic(), to.partition(), first.offset()),
          "stored " + count + " of " + to + " from " + first.offset());
    }
  }

  private boolean awaitWork(long seen) {
    if (broker.atomically(() -> (closed || broker.isClosed()) && batches.isEmpty())) {
      return false;
    }
    try {
      broker.await(seen, broker.atomically(() -> batches.nextDue(Long.MAX_VALUE)));
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  /** Sends a batch; what became of its records, or nothing if it has to wait. */
  private void send(Batch batch, List<Stored> outcomes) {
    try {
      Transaction transaction = settings.isTransactional() ? transaction() : null;
      outcomes.addAll(broker.store(batch.destination, batch.records, transaction));
    } catch (UnknownTopicOrPartitionException | NotEnoughReplicasException e) {
      long now = broker.time.nanos();
      if (now - batch.created >= settings.deliveryNanos || broker.isClosed()) {
        fail(
            batch,
            outcomes,
            new TimeoutException(
                "Expiring "
                    + batch.records.size()
                    + " record(s) for "
                    + batch.destination
                    + ": "
                    + e.getMessage()));
      } else {
        batches.returned(batch, now + RETRY_NANOS);
      }
    } catch (RecordTooLargeException e) {
      sendOneByOne(batch, outcomes, e);
    } catch (ApiException e) {
      fail(batch, outcomes, e);
    }
    for (Stored outcome : outcomes) {
      if (outcome.failure() != null) {
        transactions.failed(outcome.failure());
      }
    }
  }

  /** A batch that is too large is split, and only what is too large by itself fails. */
  private void sendOneByOne(Batch batch, List<Stored> outcomes, RecordTooLargeException tooLarge) {
    if (settings.compressed) {
      fail(
          batch,
          outcomes,
          new NotModelledException("a batch over max.message.bytes with compression.type set"));
      return;
    }
    if (batch.records.size() == 1) {
      fail(batch, outcomes, tooLarge);
      return;
    }
    Transaction transaction = settings.isTransactional() ? transaction() : null;
    for (PendingRecord record : batch.records) {
      try {
        outcomes.addAll(broker.store(batch.destination, List.of(record), transaction));
      } catch (RecordTooLargeException e) {
        outcomes.add(new Stored(record, null, e));
      }
    }
  }

  private static void fail(Batch batch, List<Stored> outcomes, RuntimeException e) {
    batch.records.forEach(record -> outcomes.add(new Stored(record, null, e)));
  }

  private void tell(Stored outcome) {
    PendingRecord pending = outcome.pending();
    StoredRecord record = outcome.record();
    if (record != null) {
      RecordMetadata metadata =
          settings.noAcks
              ? pending.metadata(-1, pending.timestamp())
              : pending.metadata(record.offset(), record.timestamp());
      call(pending.callback(), metadata, null);
      pending.future().complete(metadata);
    } else {
      RuntimeException failure = outcome.failure();
      if (failure == null) {
        throw new IllegalStateException("neither stored nor failed");
      }
      call(
          pending.callback(),
          new RecordMetadata(pending.destination(), -1, -1, -1, -1, -1),
          failure);
      pending.future().completeExceptionally(failure);
    }
  }

  static void call(
      @Nullable Callback callback, RecordMetadata metadata, @Nullable RuntimeException failure) {
    if (callback != null) {
      try {
        callback.onCompletion(metadata, failure);
      } catch (RuntimeException e) {
        LOG.error("a callback of a send to {} failed", metadata.topic(), e);
      }
    }
  }

  /** Waits until all that was taken is told of; false if that takes longer. */
  boolean flush(long nanos) {
    long start = broker.atomically(broker.time::nanos);
    long until = nanos > Long.MAX_VALUE - Math.max(0, start) ? Long.MAX_VALUE : start + nanos;
    broker.atomically(
        () -> {
          batches.closeAll();
          broker.changed();
        });
    while (true) {
      long seen = broker.version();
      if (broker.atomically(batches::isEmpty)) {
        return true;
      }
      if (broker.atomically(broker.time::nanos) >= until) {
        return false;
      }
      try {
        broker.await(seen, until);
      } catch (InterruptedException e) {
        throw new InterruptException(e);
      }
    }
  }

  /** Fails what has not been sent. */
  void dropUnsent(Supplier<RuntimeException> reason) {
    List<Batch> unsent = broker.atomically(batches::drain);
    List<Stored> outcomes = new ArrayList<>();
    for (Batch batch : unsent) {
      fail(batch, outcomes, reason.get());
    }
    outcomes.forEach(this::tell);
    broker.atomically(
        () -> {
          unsent.forEach(batch -> batches.told());
          broker.changed();
        });
  }

  void crash() {
    broker.atomically(
        () -> {
          batches.forget();
          broker.unsent.remove(batches);
          closed = true;
          broker.changed();
        });
  }

  void close() {
    broker.atomically(
        () -> {
          closed = true;
          broker.changed();
        });
  }
}
