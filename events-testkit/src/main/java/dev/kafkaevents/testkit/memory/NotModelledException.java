package dev.kafkaevents.testkit.memory;

/**
 * The in-memory Kafka was asked for something it does not model, and rather says so than answer
 * otherwise than a broker would. A test that needs it runs on a real broker.
 */
public final class NotModelledException extends UnsupportedOperationException {
  NotModelledException(String what) {
    super(
        what
            + " is not modelled in memory; run this test on a real broker:"
            + " @EventsTest(on = Backend.BROKER), or KafkaBroker.start() for clients of your own");
  }
}
