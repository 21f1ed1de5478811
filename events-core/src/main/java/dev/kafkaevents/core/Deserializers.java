package dev.kafkaevents.core;

import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Deserializers, each lent to one thread at a time: Kafka calls them from one thread, so few are
 * made for more. Thread-safe.
 */
final class Deserializers {
  private final Supplier<Deserializer<?>> another;
  private final Semaphore toLend;

  /** The last one given back is the next one lent: it knows the most schemas. */
  private final Deque<Deserializer<?>> idle = new ConcurrentLinkedDeque<>();

  private volatile boolean closed;

  /** This one and no other. */
  Deserializers(Deserializer<?> only) {
    this(only, 1, () -> only);
  }

  /** As many as there are processors; the first is made now, so that what is wrong is told now. */
  Deserializers(Supplier<Deserializer<?>> another) {
    this(another.get(), Runtime.getRuntime().availableProcessors(), another);
  }

  private Deserializers(Deserializer<?> first, int most, Supplier<Deserializer<?>> another) {
    this.another = another;
    this.toLend = new Semaphore(most);
    idle.push(first);
  }

  /** One that nobody else has, until it is given back. */
  Deserializer<?> take() throws InterruptedException {
    toLend.acquire();
    try {
      if (closed) {
        throw new IllegalStateException("this KafkaSerde is closed");
      }
      Deserializer<?> deserializer = idle.poll();
      return deserializer != null ? deserializer : another.get();
    } catch (RuntimeException | Error e) {
      toLend.release();
      throw e;
    }
  }

  void giveBack(Deserializer<?> deserializer) {
    idle.push(deserializer);
    toLend.release();
    if (closed) {
      closeIdle();
    }
  }

  void close() {
    closed = true;
    closeIdle();
  }

  /** Each is taken out by one thread, so it is closed once. */
  private void closeIdle() {
    Deserializer<?> next = idle.poll();
    if (next != null) {
      try {
        next.close();
      } finally {
        closeIdle();
      }
    }
  }
}
