package dev.kafkaevents.testkit.assertions;

import dev.kafkaevents.Position;
import dev.kafkaevents.testkit.junit.TestKafka;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** About what lies on a topic of dead letters. */
public final class DeadLettersAssert
    extends EventsAssert<DeadLettersAssert, List<ConsumerRecord<byte[], byte[]>>> {
  private final String topic;

  DeadLettersAssert(TestKafka kafka, String topic, List<ConsumerRecord<byte[], byte[]>> letters) {
    super(kafka, letters, DeadLettersAssert.class);
    this.topic = topic;
  }

  /** There are so many. */
  public DeadLettersAssert hasSize(int expected) {
    return require(
        actual.size() == expected,
        "topic %s should have %d dead letters, and has %d: %s",
        topic,
        expected,
        actual.size(),
        actual.stream().map(letter -> new DeadLetterAssert(kafka, letter).toString()).toList());
  }

  /** There is none. */
  public DeadLettersAssert isEmpty() {
    return hasSize(0);
  }

  /** The only one there is. */
  public DeadLetterAssert single() {
    hasSize(1);
    return letter(0);
  }

  /** The only one that was this record. */
  public DeadLetterAssert of(Position record) {
    List<DeadLetterAssert> letters =
        actual.stream()
            .map(letter -> new DeadLetterAssert(kafka, letter))
            .filter(letter -> letter.origin().equals(record.toString()))
            .toList();
    require(
        letters.size() == 1,
        "topic %s should have one dead letter of %s, and has %d",
        topic,
        record,
        letters.size());
    return letters.get(0);
  }

  /** One of them, by its place, from 0. */
  public DeadLetterAssert letter(int index) {
    require(
        index >= 0 && index < actual.size(),
        "topic %s should have a dead letter %d, and has %d",
        topic,
        index,
        actual.size());
    return new DeadLetterAssert(kafka, actual.get(index));
  }
}
