package dev.kafkaevents.testkit.junit;

/** What a test runs on. */
public enum Backend {
  /** An in-memory Kafka of the test's own, on virtual time. */
  MEMORY,

  /**
   * A real broker, one for all tests of a JVM, each with names of its own. It needs {@code
   * dev.kafkaevents:events-testkit-broker} on the class path.
   */
  BROKER
}
