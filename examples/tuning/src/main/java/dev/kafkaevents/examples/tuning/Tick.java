package dev.kafkaevents.examples.tuning;

/**
 * The event.
 *
 * @param number counts the events of its sensor from 0
 * @param nanos when it was published, by the clock of this JVM
 */
record Tick(int sensor, int number, long nanos, String note) {
  private static final String NOTE = "the weather is as it was, and so it will be; ".repeat(4);

  static Tick now(int sensor, int number) {
    return new Tick(sensor, number, System.nanoTime(), NOTE);
  }

  String key() {
    return "s-" + sensor;
  }
}
