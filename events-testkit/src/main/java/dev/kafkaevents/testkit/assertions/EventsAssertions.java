package dev.kafkaevents.testkit.assertions;

import dev.kafkaevents.Topic;
import dev.kafkaevents.testkit.junit.TestKafka;

/**
 * Where assertions about events begin.
 *
 * <pre>{@code
 * kafka.settle();
 * assertThatTopic(kafka, ORDERS).forKey("o-1").hasPayloads(placed, cancelled).isOnOnePartition();
 * assertThatGroup(kafka, "billing").isCaughtUpWith(ORDERS);
 * assertThatDeadLetters(kafka, "orders.dlq").single().cameFrom("orders", 0, 7).afterAttempts(3);
 * }</pre>
 *
 * <p>Each looks once, when it is made, and does not wait: {@link TestKafka#settle} does.
 */
public final class EventsAssertions {
  private EventsAssertions() {}

  /**
   * About the events on a topic, in the order of its partitions and offsets.
   *
   * @throws dev.kafkaevents.SerdeException if a record on it is no event of this topic
   */
  public static <T> TopicAssert<T> assertThatTopic(TestKafka kafka, Topic<T> topic) {
    return new TopicAssert<>(kafka, "topic " + topic.name(), kafka.stored(topic));
  }

  /** About what a group has read, handled and committed. */
  public static GroupAssert assertThatGroup(TestKafka kafka, String group) {
    return new GroupAssert(kafka, group);
  }

  /** About the records on a topic of dead letters, as bytes. */
  public static DeadLettersAssert assertThatDeadLetters(TestKafka kafka, String topic) {
    return new DeadLettersAssert(kafka, topic, kafka.records(topic));
  }
}
