package dev.kafkaevents.testkit.memory;

import org.junit.jupiter.api.Timeout;

/**
 * The in-memory Kafka gives the answers of a real broker. Each question has a Kafka of its own: one
 * that lets time pass would make the members of the others late.
 */
@Timeout(60)
final class InMemoryAnswersTest extends Answers {
  @Override
  Lab lab(boolean groupsOfTheBroker) {
    return new MemoryLab(groupsOfTheBroker);
  }

  @Override
  String name() {
    return "memory";
  }

  @Override
  int times() {
    return 1;
  }
}
