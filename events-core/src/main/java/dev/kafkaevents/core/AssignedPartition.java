package dev.kafkaevents.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
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

  /** Those that were {@link #segments} before offsets went back, as long as any is unsettled. */
  private final List<Segment> outdated = new ArrayList<>();

  /** What is settled between and behind {@link #segments}: from an offset to another, not in it. */
  private final TreeMap<Long, Long> settledRanges = new TreeMap<>();

  /** What the consumer would read next: everything before it was taken. */
  private @Nullable OffsetAndMetadata position;

  /** Of the committed offset, until it is known of which records it tells. */
  private @Nullable String metadata;

  /** What the one before us had settled beyond what it committed. */
  private SettledAhead settledBefore = SettledAhead.NONE;

  /** Just past what was taken; what came before it was, by whoever had the partition then. */
  private long takenTo;

  private long taken;
  private long settledAtCommit;

  /** How many offsets are settled that no commit can tell of, for want of room. */
  private long untold;

  AssignedPartition(TopicPartition id) {
    this(id, null);
  }

  AssignedPartition(TopicPartition id, @Nullable OffsetAndMetadata committed) {
    this.id = id;
    this.takenTo = committed == null ? -1 : committed.offset();
    this.metadata = committed == null ? null : committed.metadata();
    this.progress = new Progress(takenTo);
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
    beginWith(records.get(0));
    if (wouldGoBack(records.get(0).offset())) {
      goBack();
    }
    Segment segment = new Segment(this, takenTo, records);
    segments.add(segment);
    takenTo = segment.end;
    taken += segment.size;
    if (!settledBefore.isEmpty()) {
      settleWhatWas(segment);
    }
    return segment;
  }

  /**
   * Takes over what the one before us had settled behind {@code first}; the next call changes
   * nothing. False if the metadata of the commit is somebody else's, or tells of other records.
   */
  boolean beginWith(ConsumerRecord<byte[], byte[]> first) {
    String text = metadata;
    metadata = null;
    if (text == null || text.isEmpty()) {
      return true;
    }
    SettledAhead ahead = SettledAhead.decode(first, text);
    settledBefore = ahead == null ? SettledAhead.NONE : ahead;
    return ahead != null;
  }

  /** Whether a record at {@code offset} is not the one that was there before. */
  boolean wouldGoBack(long offset) {
    return offset < takenTo;
  }

  /**
   * The log was cut, or its topic made anew: offsets come again, for other records. What is known
   * to be settled by its offset is not, and as long as any that was taken before is unsettled, a
   * commit tells of nothing ahead of it.
   */
  private void goBack() {
    outdated.addAll(segments);
    segments.clear();
    settledRanges.clear();
    settledBefore = SettledAhead.NONE;
    takenTo = -1;
    progress.committedIsUnknown();
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
    Frontier frontier = look();
    long settled = taken - unsettled();
    if (frontier == null
        || (frontier.offset() <= progress.committed() && settled == settledAtCommit)) {
      return null;
    }
    String ahead = "";
    untold = 0;
    if (frontier.first != null && outdated.isEmpty()) {
      SettledAhead.Text told =
          SettledAhead.of(segments, settledRanges, frontier.offset())
              .encode(frontier.first, metadataLimit);
      ahead = told.text();
      untold = told.leftOut();
    }
    return new Commit(
        this,
        new OffsetAndMetadata(frontier.offset(), frontier.position.leaderEpoch(), ahead),
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
   * How far everything is settled.
   *
   * @param first the record there; null if everything is settled that was taken
   */
  record Frontier(OffsetAndMetadata position, @Nullable ConsumerRecord<byte[], byte[]> first) {
    long offset() {
      return position.offset();
    }
  }

  /** Looks how far it has come, and lets go of what is settled. Null if nothing is known yet. */
  @Nullable Frontier look() {
    Frontier frontier = slide();
    shrink();
    progress.unsettledIs(unsettled());
    return frontier;
  }

  /** The timestamp of the first unsettled record; below 0 if there is none, or it has none. */
  long oldest() {
    Segment first = outdated.isEmpty() ? segments.peek() : outdated.get(0);
    ConsumerRecord<byte[], byte[]> oldest = first == null ? null : first.first();
    return oldest == null ? ConsumerRecord.NO_TIMESTAMP : oldest.timestamp();
  }

  private int unsettled() {
    return unsettled(segments) + unsettled(outdated);
  }

  private static int unsettled(Collection<Segment> segments) {
    int unsettled = 0;
    for (Segment segment : segments) {
      unsettled += Load.records(segment.left());
    }
    return unsettled;
  }

  /** Drops settled segments at the front. */
  private @Nullable Frontier slide() {
    Frontier frontier = null;
    while (frontier == null && !segments.isEmpty()) {
      frontier = frontier(segments.element());
      if (frontier == null) {
        segments.remove();
      }
    }
    if (frontier == null && position != null) {
      frontier = new Frontier(position, null);
    }
    frontier = lowestOutdated(frontier);
    if (frontier != null) {
      progress.settledToIs(frontier.offset());
      if (!settledRanges.isEmpty()) {
        settledRanges.headMap(frontier.offset()).clear();
      }
    }
    return frontier;
  }

  private static @Nullable Frontier frontier(Segment segment) {
    ConsumerRecord<byte[], byte[]> first = segment.first();
    return first == null
        ? null
        : new Frontier(
            new OffsetAndMetadata(first.offset(), segment.leaderEpochBeforeFirst(), ""), first);
  }

  /** Drops those that are settled; answers the lowest of {@code frontier} and theirs. */
  private @Nullable Frontier lowestOutdated(@Nullable Frontier frontier) {
    Frontier lowest = frontier;
    for (Iterator<Segment> each = outdated.iterator(); each.hasNext(); ) {
      Frontier its = frontier(each.next());
      if (its == null) {
        each.remove();
      } else if (lowest == null || its.offset() < lowest.offset()) {
        lowest = its;
      }
    }
    return lowest;
  }

  /** Keeps no more than the bounds of settled segments behind the first. */
  private void shrink() {
    if (segments.size() > 1) {
      segments.removeIf(
          segment -> {
            boolean isSettled = segment.isSettled();
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
    outdated.addAll(segments);
    for (Segment segment : outdated) {
      unsettled += segment.seal();
    }
    outdated.clear();
    segments.clear();
    settledRanges.clear();
    return unsettled;
  }

  @Override
  public String toString() {
    return id.toString();
  }
}
