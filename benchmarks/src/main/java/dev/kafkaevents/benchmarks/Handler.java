package dev.kafkaevents.benchmarks;

/** The application's part, the same for all contenders. Called by many threads. */
@FunctionalInterface
interface Handler {
  void handle(Sample sample);
}
