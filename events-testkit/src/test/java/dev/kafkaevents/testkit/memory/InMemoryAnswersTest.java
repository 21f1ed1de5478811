package dev.kafkaevents.testkit.memory;

import org.junit.jupiter.api.Timeout;

/** The in-memory Kafka gives the answers of a real broker. */
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
}
