package dev.kafkaevents.core;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * One assignment of one partition, and the only home of its state: when the partition comes again,
 * so does a new object. What settles late lands on the old one and moves nothing.
 *
 * <p>It keeps the segments that have something unsettled. One that is settled behind one that is
 * not shrinks to its bounds, so that a stuck record costs itself and its neighbours in the segment,
 * however much is settled after it.
 *
 * <p>Confined to the poll thread, but for what it shares with the workers ({@link #start}, {@link
 * #running}, {@link #holders}, {@link #held}) and its {@link #progress}, which anybody reads. A
 * worker first counts itself in and then looks whether it may go on, the poll thread first forbids
 * and then looks whether any is in.
 */
final class AssignedPartition {
  /** Whether deliveries of an assignment may start. */
  enum Start {
    YES,
    /** Not now: it is paused. */
    HELD,
    /** Never again: it is let go. */
    NEVER
  }

  final TopicPartition id;
  final Progress progress;

  volatile Start start = Start.YES;

  /** How many workers are inside deliveries of this assignment. */
  final AtomicInteger running = new AtomicInteger();

  /** How many deliveries of this assignment want no other to begin before they end. */
  final AtomicInteger holders = new AtomicInteger();

  /** Lanes that met a record of this assignment while it was held. */
  final Queue<Lane> held = new ConcurrentLinkedQueue<>();

  /** Those with something unsettled, in order; others only at the front, until it is looked at. */
  private final ArrayDeque<Segment> segments = new ArrayDeque<>();

  /** What is settled between and behind {@link #segments}: from an offset to another, not in it. */
  private final TreeMap<Long, Long> settledRanges = new TreeMap<>();

  /** What the consumer would read next: everything before it was taken. */
  private @Nullable OffsetAndMetadata position;

  /** What the one before us had settled beyond what it committed. */
  private SettledAhead settledBefore;

  private long takenTo = -1;
  private long taken;
  private long settledAtCommit;

  /** How many offsets are settled that no commit can tell of, for want of room. */
  private long untold;

  AssignedPartition(TopicPartition id) {
    this(id, -1, SettledAhead.NONE);
  }

  AssignedPartition(TopicPartition id, long committed, SettledAhead settledBefore) {
    this.id = id;
    this.progress = new Progress(committed);
    this.settledBefore = settledBefore;
  }

  boolean isHeld() {
    return start == Start.HELD || holders.get() > 0;
  }

  boolean isClosing() {
    return start == Start.NEVER;
  }

  /**
   * Takes records over from the consumer; those that were settled before us are settled in the
   * segment.
   */
  Segment take(List<ConsumerRecord<byte[], byte[]>> records) {
    slide(); // What is settled should not stay in memory until the next commit.
    Segment segment = new Segment(this, takenTo, records);
    segments.add(segment);
    takenTo = segment.end;
    taken += segment.size;
    if (!settledBefore.isEmpty()) {
      settleWhatWas(segment);
    }
    return segment;
  }

  private void settleWhatWas(Segment segment) {
    long load = 0;
    for (int i = 0; i < segment.size; i++) {
      if (settledBefore.contains(segment.offset(i))) {
        load += segment.settle(i);
      }
    }
    segment.discharge(load);
    if (segment.end >= settledBefore.end()) {
      settledBefore = SettledAhead.NONE;
    }
  }

  void positionIs(OffsetAndMetadata position) {
    this.position = position;
    progress.positionIs(position.offset());
  }

  /**
   * What to commit: an offset before which everything is settled, and what is settled beyond it in
   * {@code metadataLimit} characters at most. Null if the last commit says the same.
   */
  @Nullable Commit committable(int metadataLimit) {
    OffsetAndMetadata frontier = look();
    long settled = taken - unsettled();
    if (frontier == null
        || (frontier.offset() <= progress.committed() && settled == settledAtCommit)) {
      return null;
    }
    if (segments.isEmpty()) {
      untold = 0;
      return new Commit(this, frontier, settled);
    }
    SettledAhead.Text ahead =
        SettledAhead.of(segments, settledRanges, frontier.offset())
            .encode(frontier.offset(), metadataLimit);
    untold = ahead.leftOut();
    return new Commit(
        this,
        new OffsetAndMetadata(frontier.offset(), frontier.leaderEpoch(), ahead.text()),
        settled);
  }

  void committedIs(Commit commit) {
    progress.committedIs(commit.offset().offset());
    settledAtCommit = commit.settled();
  }

  /** A commit to make, and how many records had been settled when it was put together. */
  record Commit(AssignedPartition partition, OffsetAndMetadata offset, long settled) {}

  /**
   * How many offsets, at most, would be delivered again after a crash although they are settled:
   * what the last {@link #committable} had no room for.
   */
  long untold() {
    return untold;
  }

  /**
   * Looks how far it has come, and lets go of what is settled; answers the first offset that is
   * not.
   */
  @Nullable OffsetAndMetadata look() {
    OffsetAndMetadata frontier = slide();
    shrink();
    progress.unsettledIs(unsettled());
    return frontier;
  }

  /** The timestamp of the first unsettled record; below 0 if there is none, or it has none. */
  long oldest() {
    Segment first = segments.peek();
    return first == null ? ConsumerRecord.NO_TIMESTAMP : first.timestamp(first.firstUnsettled());
  }

  private int unsettled() {
    int unsettled = 0;
    for (Segment segment : segments) {
      unsettled += Load.records(segment.left());
    }
    return unsettled;
  }

  /** Drops settled segments at the front; answers the first offset that is not settled. */
  private @Nullable OffsetAndMetadata slide() {
    OffsetAndMetadata frontier = position;
    while (!segments.isEmpty()) {
      Segment first = segments.element();
      int open = first.firstUnsettled();
      if (open < first.size) {
        frontier = new OffsetAndMetadata(first.offset(open), first.leaderEpochBefore(open), "");
        break;
      }
      segments.remove();
    }
    if (frontier != null) {
      progress.settledToIs(frontier.offset());
      if (!settledRanges.isEmpty()) {
        settledRanges.headMap(frontier.offset()).clear();
      }
    }
    return frontier;
  }

  /** Keeps no more than the bounds of settled segments behind the first. */
  private void shrink() {
    if (segments.size() > 1) {
      segments.removeIf(
          segment -> {
            boolean isSettled = segment.firstUnsettled() == segment.size;
            if (isSettled) {
              addSettled(segment.begin, segment.end);
            }
            return isSettled;
          });
    }
  }

  private void addSettled(long begin, long end) {
    var before = settledRanges.lowerEntry(begin);
    long from = before != null && before.getValue() == begin ? before.getKey() : begin;
    Long after = settledRanges.remove(end);
    settledRanges.put(from, after == null ? end : after);
  }

  /** Lets go: nothing that settles from here on counts. Answers the load that was unsettled. */
  long seal() {
    long unsettled = 0;
    for (Segment segment : segments) {
      unsettled += segment.seal();
    }
    segments.clear();
    settledRanges.clear();
    return unsettled;
  }

  @Override
  public String toString() {
    return id.toString();
  }
}
