package dev.kafkaevents.contracts;

import org.jspecify.annotations.Nullable;

/**
 * What a contract says of one header.
 *
 * @param equal the only value it may have
 * @param example what samples have, in place of one made up
 */
record HeaderRule(
    boolean required, ValueFormat format, @Nullable String equal, @Nullable String example) {
  boolean accepts(String text) {
    return format.accepts(text) && (equal == null || equal.equals(text));
  }

  /** What the header of a sample is. */
  String sampleValue() {
    return equal != null ? equal : example != null ? example : format.example;
  }

  /** What is allowed, for messages. */
  String allowed() {
    return equal != null ? equal : "of format " + format.written();
  }
}
