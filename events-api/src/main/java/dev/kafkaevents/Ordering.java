package dev.kafkaevents;

/** Which events of a subscription wait for each other. */
public enum Ordering {
  /** Events with the same key, one at a time and in order. Events without a key wait for none. */
  KEY,
  /** Events of the same partition, one at a time and in order. */
  PARTITION,
  /** No event waits for another. */
  NONE
}
