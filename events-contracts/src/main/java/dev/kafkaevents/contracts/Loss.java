package dev.kafkaevents.contracts;

/** A way in which a field can be gone; in files in lower case. */
enum Loss {
  /** The field is not there. */
  ABSENT,
  /** It is there, and null. */
  NULL
}
