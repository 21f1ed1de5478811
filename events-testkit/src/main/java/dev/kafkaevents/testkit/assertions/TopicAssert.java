package dev.kafkaevents.testkit.assertions;

import dev.kafkaevents.testkit.junit.StoredEvent;
import dev.kafkaevents.testkit.junit.TestKafka;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/** About events on a topic: all of them, or those of a key. */
public final class TopicAssert<T> extends EventsAssert<TopicAssert<T>, List<StoredEvent<T>>> {
  private final String what;

  @SuppressWarnings({
    "unchecked",
    "rawtypes"
  }) // AssertJ asks for a class, and this has one for all T
  TopicAssert(TestKafka kafka, String what, List<StoredEvent<T>> events) {
    super(kafka, events, (Class) TopicAssert.class);
    this.what = what;
  }

  /** There are so many records, tombstones among them. */
  public TopicAssert<T> hasSize(int expected) {
    return require(
        actual.size() == expected,
        "%s should have %d records, and has %d: %s",
        what,
        expected,
        actual.size(),
        actual);
  }

  /** There is none. */
  public TopicAssert<T> isEmpty() {
    return hasSize(0);
  }

  /** The only one there is. */
  public StoredEventAssert<T> single() {
    hasSize(1);
    return event(0);
  }

  /** One of them, by its place among these, from 0. */
  public StoredEventAssert<T> event(int index) {
    require(
        index >= 0 && index < actual.size(),
        "%s should have an event %d, and has %d records: %s",
        what,
        index,
        actual.size(),
        actual);
    return new StoredEventAssert<>(kafka, actual.get(index));
  }

  /** Those of a key only. */
  public TopicAssert<T> forKey(String key) {
    return new TopicAssert<>(
        kafka,
        what + ", one key,",
        actual.stream().filter(event -> key.equals(event.key())).toList());
  }

  /** Those of a type only, as the topic calls it. */
  public TopicAssert<T> ofType(String eventType) {
    return new TopicAssert<>(
        kafka,
        what + ", type " + eventType + ",",
        actual.stream()
            .filter(event -> event.event() != null && event.event().type().equals(eventType))
            .toList());
  }

  /**
   * These payloads, and no others, in this order; order means something for those of one partition.
   * The message has types and places, and no payload.
   */
  @SafeVarargs
  public final TopicAssert<T> hasPayloads(T... payloads) {
    hasSize(payloads.length);
    for (int i = 0; i < payloads.length; i++) {
      event(i).hasPayload(payloads[i]);
    }
    return this;
  }

  /** These types, in this order, as the topic calls them; a tombstone is {@code tombstone}. */
  public TopicAssert<T> hasTypes(String... eventTypes) {
    List<String> types =
        actual.stream()
            .map(event -> event.event() == null ? "tombstone" : event.event().type())
            .toList();
    return require(
        types.equals(List.of(eventTypes)),
        "%s should have the types %s, and has %s",
        what,
        List.of(eventTypes),
        types);
  }

  /** No key is twice there. */
  public TopicAssert<T> hasDistinctKeys() {
    List<String> keys = actual.stream().map(StoredEvent::key).filter(Objects::nonNull).toList();
    return require(
        keys.stream().distinct().count() == keys.size(),
        "%s should have each key once; it has %d records and %d keys",
        what,
        keys.size(),
        keys.stream().distinct().count());
  }

  /** No event is twice there, by its id. */
  public TopicAssert<T> hasDistinctIds() {
    List<String> ids =
        actual.stream().filter(e -> e.event() != null).map(e -> e.event().id()).toList();
    return require(
        ids.stream().distinct().count() == ids.size(),
        "%s should have each event once; of %d events %d ids are distinct: %s",
        what,
        ids.size(),
        ids.stream().distinct().count(),
        actual);
  }

  /** All are on the same partition, so that they have an order. */
  public TopicAssert<T> isOnOnePartition() {
    return require(
        actual.stream().map(event -> event.position().partition()).distinct().count() <= 1,
        "%s should be on one partition: %s",
        what,
        actual);
  }

  /** Each of them is as it should be. */
  public TopicAssert<T> eachEvent(Consumer<StoredEventAssert<T>> requirements) {
    for (int i = 0; i < actual.size(); i++) {
      requirements.accept(event(i));
    }
    return this;
  }
}
