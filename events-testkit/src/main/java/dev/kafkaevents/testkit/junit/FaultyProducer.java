package dev.kafkaevents.testkit.junit;

import dev.kafkaevents.testkit.junit.Faults.Kind;
import dev.kafkaevents.testkit.junit.Faults.Planned;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A producer whose sends may fail as planned. */
final class FaultyProducer implements InvocationHandler {
  private static final Set<Kind> KINDS =
      EnumSet.of(
          Kind.REJECTED,
          Kind.TIMES_OUT_LOST,
          Kind.TIMES_OUT_STORED,
          Kind.DELAYED,
          Kind.UNAVAILABLE);

  private final Producer<byte[], byte[]> producer;
  private final Faults faults;

  FaultyProducer(Producer<byte[], byte[]> producer, Faults faults) {
    this.producer = producer;
    this.faults = faults;
  }

  @Override
  @SuppressWarnings("unchecked") // KafkaClients makes producers of bytes
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
      throws Throwable {
    if (!method.getName().equals("send") || arguments == null) {
      return FaultyClients.pass(producer, method, arguments);
    }
    ProducerRecord<byte[], byte[]> record = (ProducerRecord<byte[], byte[]>) arguments[0];
    Callback callback = arguments.length > 1 ? (Callback) arguments[1] : (metadata, e) -> {};
    faults.begins();
    Callback counted =
        (metadata, e) -> {
          try {
            callback.onCompletion(metadata, e);
          } finally {
            faults.ends();
          }
        };
    Planned fault = faults.next(record.topic(), KINDS);
    try {
      return fault == null ? producer.send(record, counted) : fail(fault, record, counted);
    } catch (RuntimeException e) {
      faults.ends();
      throw e;
    }
  }

  private Future<RecordMetadata> fail(
      Planned fault, ProducerRecord<byte[], byte[]> record, Callback callback) {
    CompletableFuture<RecordMetadata> future = new CompletableFuture<>();
    switch (fault.kind) {
      case REJECTED ->
          failed(record, callback, future, new InvalidRecordException("refused by the test"));
      case TIMES_OUT_LOST -> failedElsewhere(record, callback, future, lost(record));
      case UNAVAILABLE ->
          failedElsewhere(
              record,
              callback,
              future,
              new NotEnoughReplicasException(
                  "topic " + record.topic() + " is made unavailable by the test"));
      case TIMES_OUT_STORED -> {
        Future<RecordMetadata> unused =
            producer.send(record, (metadata, e) -> failed(record, callback, future, lost(record)));
      }
      default ->
          faults.later(
              fault.delay,
              () -> {
                Future<RecordMetadata> unused =
                    producer.send(
                        record,
                        (metadata, e) -> {
                          callback.onCompletion(metadata, e);
                          if (e == null) {
                            future.complete(metadata);
                          } else {
                            future.completeExceptionally(e);
                          }
                        });
              });
    }
    return future;
  }

  /** Not on the caller's thread: it would know that the record was never sent. */
  private static void failedElsewhere(
      ProducerRecord<byte[], byte[]> record,
      Callback callback,
      CompletableFuture<RecordMetadata> future,
      RuntimeException e) {
    Thread thread = new Thread(() -> failed(record, callback, future, e));
    thread.setDaemon(true);
    thread.start();
  }

  private static TimeoutException lost(ProducerRecord<byte[], byte[]> record) {
    return new TimeoutException("no answer about a record for " + record.topic());
  }

  private static void failed(
      ProducerRecord<byte[], byte[]> record,
      Callback callback,
      CompletableFuture<RecordMetadata> future,
      RuntimeException e) {
    callback.onCompletion(
        new RecordMetadata(new TopicPartition(record.topic(), -1), -1, -1, -1, -1, -1), e);
    future.completeExceptionally(e);
  }
}
