package dev.kafkaevents.core;

import org.jspecify.annotations.Nullable;

/**
 * Those records of one segment that belong to one lane, chained through {@link Segment#nextInLane}.
 * Built by the poll thread, then read by the one worker that holds the lane.
 */
final class Run {
  private static final int NONE = -1;

  /** Null once exhausted, so that an idle lane does not keep old records in memory. */
  private @Nullable Segment segment;

  /** The record to deliver next, or {@link #NONE}. */
  private int index;

  private int last;

  /** What was put into the lane after this run. */
  volatile @Nullable Run next;

  Run(@Nullable Segment segment, int first) {
    this.segment = segment;
    this.index = first;
    this.last = first;
  }

  static Run exhausted() {
    return new Run(null, NONE);
  }

  void append(int record) {
    segment().nextInLane[last] = record;
    last = record;
  }

  boolean isExhausted() {
    return index == NONE;
  }

  Segment segment() {
    Segment segment = this.segment;
    if (segment == null) {
      throw new IllegalStateException("a run that is exhausted has no segment");
    }
    return segment;
  }

  int index() {
    return index;
  }

  /** On to the next record. */
  void advance() {
    if (index == last) {
      exhaust();
    } else {
      index = segment().nextInLane[index];
    }
  }

  /** Leaves the rest out. */
  void exhaust() {
    index = NONE;
    segment = null;
  }
}
