package dev.kafkaevents.benchmarks;

import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/** What one writes without a framework: poll, decode, handle, commit, on one thread. */
enum RawLoop implements ConsumingContender {
  /** Without waiting for the answer; the fastest that does not lose records. */
  COMMIT_EACH_SECOND {
    @Override
    PollLoop.Turn turn(Handler handler) {
      return new PollLoop.Turn() {
        private long committedAt = System.nanoTime();

        @Override
        public void take(
            KafkaConsumer<byte[], byte[]> consumer, ConsumerRecords<byte[], byte[]> records) {
          handleAll(records, handler);
          long now = System.nanoTime();
          if (now - committedAt >= TimeUnit.SECONDS.toNanos(1)) {
            committedAt = now;
            consumer.commitAsync();
          }
        }
      };
    }
  },

  /** Synchronously, as the examples in the manuals do. */
  COMMIT_EACH_POLL {
    @Override
    PollLoop.Turn turn(Handler handler) {
      return (consumer, records) -> {
        handleAll(records, handler);
        if (!records.isEmpty()) {
          consumer.commitSync();
        }
      };
    }
  };

  abstract PollLoop.Turn turn(Handler handler);

  private static void handleAll(ConsumerRecords<byte[], byte[]> records, Handler handler) {
    for (ConsumerRecord<byte[], byte[]> record : records) {
      handler.handle(Json.read(record.value()));
    }
  }

  @Override
  public AutoCloseable start(Source source, Handler handler) {
    return PollLoop.start(source, turn(handler));
  }
}
