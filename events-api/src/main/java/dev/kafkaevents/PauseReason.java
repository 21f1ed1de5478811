package dev.kafkaevents;

/**
 * Why a partition is not read. There may be several reasons at once; it is read again when the last
 * is gone.
 */
public enum PauseReason {
  /** The application asked for it. */
  USER,
  /** As many records are in flight as may be. */
  BACK_PRESSURE,
  /** The next event needs something that does not answer, and waits for it. */
  DEPENDENCY,
  /** The subscription is closing, or the partition is being taken away. */
  DRAIN
}
