package dev.kafkaevents.testkit.junit;

/** Rides on the failure of a test, whatever that was, and says what came before it. */
final class LastActions extends Exception {
  private static final long serialVersionUID = 1L;

  LastActions(String table) {
    super(System.lineSeparator() + table, null, false, false);
  }
}
