package dev.kafkaevents;

/** Where a record is: topic, partition and offset. Prints as {@code orders-3@1207}. */
public record Position(String topic, int partition, long offset) {
  @Override
  public String toString() {
    return topic + "-" + partition + "@" + offset;
  }
}
