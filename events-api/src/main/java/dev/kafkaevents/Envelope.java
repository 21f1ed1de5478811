package dev.kafkaevents;

/**
 * Where the attributes of an event are on its record: the modes of the Kafka binding of CloudEvents
 * 1.0. It says how events are written; all are read whatever is chosen.
 */
public enum Envelope {
  /**
   * In a header each, and the bytes of the serde are the value. Headers called {@code ce_…} are
   * further attributes.
   */
  BINARY,

  /**
   * In one JSON document with the payload, which is the value: for consumers that read no headers.
   * Other headers than {@code ce_…} stay headers.
   */
  STRUCTURED,

  /**
   * Nowhere: the value is the bytes of the serde, for the smallest records and for consumers of
   * before. Id, type, source and time stay behind, so such a topic has one event type.
   */
  NONE
}
