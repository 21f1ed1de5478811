package dev.kafkaevents.core;

import dev.kafkaevents.Headers;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** A view of the headers of a record, without copying them. */
class KafkaHeaders implements Headers {
  private final org.apache.kafka.common.header.Headers headers;

  KafkaHeaders(org.apache.kafka.common.header.Headers headers) {
    this.headers = headers;
  }

  /** Those that are not attributes an event has methods for. */
  static KafkaHeaders withoutEnvelope(org.apache.kafka.common.header.Headers headers) {
    return new KafkaHeaders(headers) {
      @Override
      boolean isShown(String name) {
        return !Attributes.isOfEvent(name);
      }
    };
  }

  boolean isShown(String name) {
    return true;
  }

  static byte @Nullable [] last(org.apache.kafka.common.header.Headers headers, String name) {
    org.apache.kafka.common.header.Header header = headers.lastHeader(name);
    return header == null ? null : header.value();
  }

  @Override
  public byte @Nullable [] value(String name) {
    return isShown(name) ? last(headers, name) : null;
  }

  @Override
  public Iterator<Header> iterator() {
    Iterator<org.apache.kafka.common.header.Header> iterator = headers.iterator();
    return new Iterator<>() {
      private @Nullable Header next = find();

      private @Nullable Header find() {
        while (iterator.hasNext()) {
          org.apache.kafka.common.header.Header header = iterator.next();
          if (isShown(header.key())) {
            return new Header(header.key(), header.value());
          }
        }
        return null;
      }

      @Override
      public boolean hasNext() {
        return next != null;
      }

      @Override
      public Header next() {
        Header result = next;
        if (result == null) {
          throw new java.util.NoSuchElementException();
        }
        next = find();
        return result;
      }
    };
  }

  @Override
  public String toString() {
    return Headers.of(this).toString();
  }
}
