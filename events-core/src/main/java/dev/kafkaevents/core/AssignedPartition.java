package dev.kafkaevents.core;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * One assignment of one partition, and the only home of its state: when the partition comes again,
 * so does a new object. What settles late lands on the old one and moves nothing.
 *
 * <p>Confined to the poll thread, but for {@link #closing} and {@link #running}, which it shares
 * with the workers: a worker first counts itself in and then looks whether it may go on, the poll
 * thread first forbids and then looks whether any is in.
 */
final class AssignedPartition {
  final TopicPartition id;

  /** Set once by the poll thread: start nothing more of this assignment. */
  volatile boolean closing;

  /** How many workers are inside deliveries of this assignment. */
  final AtomicInteger running = new AtomicInteger();

  private final ArrayDeque<Segment> segments = new ArrayDeque<>();

  /** Where in the first segment to look for the first unsettled record. */
  private int slidTo;

  /** What the consumer would read next: everything before it was taken. */
  private @Nullable OffsetAndMetadata position;

  /** What the one before us had settled beyond what it committed. */
  private final SettledAhead settledBefore;

  private long taken;
  private long committed;
  private long settledAtCommit;

  AssignedPartition(TopicPartition id) {
    this(id, -1, SettledAhead.NONE);
  }

  AssignedPartition(TopicPartition id, long committed, SettledAhead settledBefore) {
    this.id = id;
    this.committed = committed;
    this.settledBefore = settledBefore;
  }

  /**
   * Takes records over from the consumer; those that were settled before us are settled in the
   * segment.
   */
  Segment take(List<ConsumerRecord<byte[], byte[]>> records) {
    slide(); // What is settled should not stay in memory until the next commit.
    Segment segment = new Segment(this, records);
    segments.add(segment);
    taken += records.size();
    if (!settledBefore.isEmpty()) {
      for (int i = 0; i < records.size(); i++) {
        if (settledBefore.contains(records.get(i).offset())) {
          segment.settle(i);
        }
      }
    }
    return segment;
  }

  void positionIs(OffsetAndMetadata position) {
    this.position = position;
  }

  /**
   * What to commit: an offset before which everything is settled, and what is settled beyond it in
   * {@code metadataLimit} characters at most. Null if the last commit says the same.
   */
  @Nullable Commit committable(int metadataLimit) {
    OffsetAndMetadata frontier = slide();
    long settled = taken - unsettled();
    if (frontier == null || (frontier.offset() <= committed && settled == settledAtCommit)) {
      return null;
    }
    String ahead =
        segments.isEmpty()
            ? ""
            : SettledAhead.of(segments, frontier.offset()).encode(frontier.offset(), metadataLimit);
    return new Commit(
        this, new OffsetAndMetadata(frontier.offset(), frontier.leaderEpoch(), ahead), settled);
  }

  void committedIs(Commit commit) {
    committed = Math.max(committed, commit.offset().offset());
    settledAtCommit = commit.settled();
  }

  private int unsettled() {
    int unsettled = 0;
    for (Segment segment : segments) {
      unsettled += Load.records(segment.left());
    }
    return unsettled;
  }

  /** A commit to make, and how many records had been settled when it was put together. */
  record Commit(AssignedPartition partition, OffsetAndMetadata offset, long settled) {}

  private @Nullable OffsetAndMetadata slide() {
    while (!segments.isEmpty()) {
      Segment first = segments.element();
      slidTo = first.firstUnsettled(slidTo);
      if (slidTo < first.records.size()) {
        ConsumerRecord<byte[], byte[]> unsettled = first.records.get(slidTo);
        return new OffsetAndMetadata(unsettled.offset(), leaderEpochBefore(first, slidTo), "");
      }
      segments.remove();
      slidTo = 0;
    }
    return position;
  }

  /**
   * A committed offset carries the leader epoch of the record before it, by which truncation is
   * found (KIP-320).
   */
  private static Optional<Integer> leaderEpochBefore(Segment segment, int index) {
    return index == 0 ? Optional.empty() : segment.records.get(index - 1).leaderEpoch();
  }

  /** Lets go: nothing that settles from here on counts. Answers the load that was unsettled. */
  long seal() {
    long unsettled = 0;
    for (Segment segment : segments) {
      unsettled += segment.seal();
    }
    segments.clear();
    return unsettled;
  }

  @Override
  public String toString() {
    return id.toString();
  }
}
