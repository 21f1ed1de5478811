package dev.kafkaevents.benchmarks;

import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.WakeupException;

/** A raw consumer and the thread that polls it. */
final class PollLoop implements AutoCloseable {
  /**
   * What is done with the records of one poll, and what before the last commit. On the polling
   * thread.
   */
  interface Turn {
    void take(KafkaConsumer<byte[], byte[]> consumer, ConsumerRecords<byte[], byte[]> records);

    default void finish() {}
  }

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Turn turn;
  private final Thread thread = new Thread(this::run, "raw-poll");

  private PollLoop(ConsumingContender.Source source, Turn turn) {
    this.consumer = new KafkaConsumer<>(source.consumerConfig());
    this.turn = turn;
    consumer.subscribe(List.of(source.topic()));
  }

  static PollLoop start(ConsumingContender.Source source, Turn turn) {
    PollLoop loop = new PollLoop(source, turn);
    loop.thread.start();
    return loop;
  }

  private void run() {
    try (consumer) {
      try {
        while (true) {
          turn.take(consumer, consumer.poll(Duration.ofMillis(100)));
        }
      } catch (WakeupException close) {
        turn.finish();
        consumer.commitSync();
      }
    }
  }

  @Override
  public void close() {
    consumer.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
