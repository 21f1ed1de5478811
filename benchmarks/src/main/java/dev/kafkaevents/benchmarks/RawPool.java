package dev.kafkaevents.benchmarks;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/**
 * A raw consumer and a fixed pool of threads: no order, no tracking, one commit at the very end.
 * What so many threads come to if nothing is promised.
 */
record RawPool(int threads) implements ConsumingContender {
  /** As many records in memory for each thread as Kafka Events has by default. */
  private static final int QUEUED = 32;

  @Override
  public boolean keepsKeyOrder() {
    return false;
  }

  @Override
  public AutoCloseable start(Source source, Handler handler) {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    return PollLoop.start(source, new Submitting(pool, handler, new Semaphore(threads * QUEUED)));
  }

  private record Submitting(ExecutorService pool, Handler handler, Semaphore room)
      implements PollLoop.Turn {
    @Override
    public void take(
        KafkaConsumer<byte[], byte[]> consumer, ConsumerRecords<byte[], byte[]> records) {
      for (ConsumerRecord<byte[], byte[]> record : records) {
        room.acquireUninterruptibly();
        pool.execute(
            () -> {
              handler.handle(Json.read(record.value()));
              room.release();
            });
      }
    }

    @Override
    public void finish() {
      pool.shutdown();
      try {
        if (!pool.awaitTermination(1, TimeUnit.MINUTES)) {
          throw new IllegalStateException("handlers still run after a minute");
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
