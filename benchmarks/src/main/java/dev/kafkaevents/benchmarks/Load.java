package dev.kafkaevents.benchmarks;

/**
 * How many records there are and how they are spread.
 *
 * @param warmUp come first, and are not measured
 * @param asEvents whether they have the headers of an event, as Kafka Events writes them
 * @param traced whether they are of 1 kB, and carry the context of a trace
 */
record Load(int warmUp, int measured, int keys, int partitions, boolean asEvents, boolean traced) {
  Load(int warmUp, int measured, int keys, int partitions, boolean asEvents) {
    this(warmUp, measured, keys, partitions, asEvents, false);
  }

  int total() {
    return warmUp + measured;
  }

  Load asEvents(boolean asEvents) {
    return new Load(warmUp, measured, keys, partitions, asEvents, traced);
  }

  /** As events of 1 kB with a trace. */
  Load asTracedEvents() {
    return new Load(warmUp, measured, keys, partitions, true, true);
  }

  Load withKeys(int keys) {
    return new Load(warmUp, measured, keys, partitions, asEvents, traced);
  }

  Load withPartitions(int partitions) {
    return new Load(warmUp, measured, keys, partitions, asEvents, traced);
  }
}
