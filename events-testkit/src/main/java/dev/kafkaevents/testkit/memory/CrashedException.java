package dev.kafkaevents.testkit.memory;

/**
 * Ends a thread whose application was crashed by the test. An error, so that nothing that recovers
 * from exceptions recovers from this.
 */
final class CrashedException extends Error {
  private static final long serialVersionUID = 1L;

  CrashedException() {
    super("crashed by the test", null, false, false);
  }
}
