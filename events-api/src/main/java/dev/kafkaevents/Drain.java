package dev.kafkaevents;

/**
 * What became of the work that was under way when something was closed.
 *
 * @param drained finished before the time was up
 * @param abandoned not finished: unsent events may or may not be stored, unsettled deliveries come
 *     again later
 */
public record Drain(long drained, long abandoned) {
  /** Whether everything finished. */
  public boolean isComplete() {
    return abandoned == 0;
  }

  /** Both together. */
  public Drain plus(Drain other) {
    return new Drain(drained + other.drained, abandoned + other.abandoned);
  }
}
