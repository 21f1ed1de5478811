package dev.kafkaevents.core;

import dev.kafkaevents.Topic;
import org.apache.kafka.common.header.Header;

/** An event type of a topic, with its header at hand. */
record EventType<T>(Topic<T> topic, String name, Class<? extends T> payloadType, Header header) {
  EventType(Topic<T> topic, String name, Class<? extends T> payloadType) {
    this(topic, name, payloadType, Attributes.header(Attributes.TYPE, name));
  }
}
