package dev.kafkaevents.benchmarks;

/**
 * How many records there are and how they are spread.
 *
 * @param warmUp come first, and are not measured
 * @param asEvents whether they have the headers of an event, as Kafka Events writes them
 */
record Load(int warmUp, int measured, int keys, int partitions, boolean asEvents) {
  int total() {
    return warmUp + measured;
  }

  Load asEvents(boolean asEvents) {
    return new Load(warmUp, measured, keys, partitions, asEvents);
  }

  Load withKeys(int keys) {
    return new Load(warmUp, measured, keys, partitions, asEvents);
  }

  Load withPartitions(int partitions) {
    return new Load(warmUp, measured, keys, partitions, asEvents);
  }
}
