package dev.kafkaevents.testkit.memory;

/** What an {@link Exploration} plays again and again. */
@FunctionalInterface
public interface Scenario {
  /**
   * Plays it once, on a Kafka of its own, to the judgement of what came of it: an error or
   * exception from here is a failure. Keeps nothing from one run to the next.
   */
  void play(Trial trial) throws Exception;
}
