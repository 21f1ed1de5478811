package dev.kafkaevents.core;

import dev.kafkaevents.UnavailableException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * A serializer and deserializers at work, within the class loader of whoever made them.
 * Thread-safe.
 */
final class SerializerPair {
  private final Serializer<Object> serializer;
  private final Deserializers deserializers;
  private final @Nullable ClassLoader loader = Thread.currentThread().getContextClassLoader();
  private final AtomicBoolean closed = new AtomicBoolean();

  @SuppressWarnings("unchecked") // of what it can't take it throws a ClassCastException
  SerializerPair(Serializer<?> serializer, Deserializers deserializers) {
    this.serializer = (Serializer<Object>) serializer;
    this.deserializers = deserializers;
  }

  String serializerName() {
    return serializer.getClass().getName();
  }

  byte @Nullable [] write(String topic, Headers headers, Object payload) {
    if (closed.get()) {
      throw new IllegalStateException("this KafkaSerde is closed");
    }
    ClassLoader before = enter();
    try {
      return serializer.serialize(topic, headers, payload);
    } catch (RuntimeException | StackOverflowError e) {
      throw SerializerFailures.of(
          "%s can't write %s of topic %s"
              .formatted(serializerName(), payload.getClass().getName(), topic),
          e);
    } finally {
      leave(before);
    }
  }

  @Nullable Object read(String topic, Headers headers, byte[] bytes) {
    Deserializer<?> deserializer = take();
    ClassLoader before = enter();
    try {
      return deserializer.deserialize(topic, headers, bytes);
    } catch (RuntimeException | StackOverflowError e) {
      throw SerializerFailures.of(
          "%s can't read %d bytes of topic %s"
              .formatted(deserializer.getClass().getName(), bytes.length, topic),
          e);
    } finally {
      leave(before);
      deserializers.giveBack(deserializer);
    }
  }

  private Deserializer<?> take() {
    ClassLoader before = enter();
    try {
      return deserializers.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnavailableException("interrupted while waiting for a deserializer", e);
    } finally {
      leave(before);
    }
  }

  private @Nullable ClassLoader enter() {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    if (before != loader) {
      thread.setContextClassLoader(loader);
    }
    return before;
  }

  private void leave(@Nullable ClassLoader before) {
    if (before != loader) {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  void close() {
    if (closed.compareAndSet(false, true)) {
      ClassLoader before = enter();
      try {
        serializer.close();
      } finally {
        try {
          deserializers.close();
        } finally {
          leave(before);
        }
      }
    }
  }
}
