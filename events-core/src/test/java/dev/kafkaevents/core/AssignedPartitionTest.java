package dev.kafkaevents.core;

import static dev.kafkaevents.core.Records.P0;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.Test;

class AssignedPartitionTest {
  private final AssignedPartition partition = new AssignedPartition(P0);

  @Test
  void committable_nothingTaken_isNull() {
    assertThat(partition.committable(4096)).isNull();
  }

  @Test
  void settled_outOfOrder_commitsOnlyThePrefix() {
    Segment segment = take(10, 11, 12);
    Records.settle(segment, 2);
    assertThat(offset()).isEqualTo(10);
    Records.settle(segment, 0);
    assertThat(offset()).isEqualTo(11);
    Records.settle(segment, 1);
    assertThat(offset()).isEqualTo(13);
  }

  @Test
  void settled_allWithGapsBehind_commitsThePositionOfTheConsumer() {
    Segment segment = partition.take(Records.at(P0, 5, 9));
    partition.positionIs(Records.offset(14)); // the markers of a transaction are at 10 to 13
    Records.settle(segment, 0);
    Records.settle(segment, 1);
    assertThat(offset()).isEqualTo(14);
  }

  @Test
  void position_movedWithoutRecords_isCommitted() {
    partition.positionIs(Records.offset(3));
    assertThat(offset()).isEqualTo(3);
  }

  @Test
  void committable_committedAlready_isNull() {
    Records.settle(take(0), 0);
    partition.committedIs(commit());
    assertThat(partition.committable(4096)).isNull();
  }

  @Test
  void settledBeyondTheFrontier_isCommittedToo() {
    Segment segment = take(0, 1, 2);
    partition.committedIs(new AssignedPartition.Commit(partition, Records.offset(0), 0));
    assertThat(partition.committable(4096)).isNull();
    Records.settle(segment, 1);
    OffsetAndMetadata offset = commit().offset();
    assertThat(offset.offset()).isZero();
    assertThat(ahead(offset).contains(1)).isTrue();
  }

  @Test
  void settle_afterSeal_countsForNothing() {
    Segment segment = take(0, 1, 2);
    assertThat(Records.settle(segment, 1)).isTrue();
    assertThat(Load.records(partition.seal())).isEqualTo(2);
    assertThat(Records.settle(segment, 0)).isFalse();
    assertThat(Records.settle(segment, 2)).isFalse();
  }

  @Test
  void stuckRecord_whatIsSettledBehindIt_isLetGo() {
    Segment stuck = take(0, 1);
    List<WeakReference<Segment>> behind = new ArrayList<>();
    for (int i = 1; i <= 100; i++) {
      behind.add(new WeakReference<>(settleAll(take(2L * i, 2L * i + 1))));
    }
    Records.settle(stuck, 1);
    OffsetAndMetadata offset = commit().offset();
    assertThat(offset.offset()).isZero();
    assertThat(ahead(offset)).hasToString("[1, 202]");
    await()
        .untilAsserted(
            () -> {
              System.gc();
              assertThat(behind).allMatch(each -> each.refersTo(null));
            });
    Records.settle(stuck, 0);
    assertThat(offset()).isEqualTo(202);
  }

  private static Segment settleAll(Segment segment) {
    for (int i = 0; i < segment.size; i++) {
      Records.settle(segment, i);
    }
    return segment;
  }

  @Test
  void settledBehindTheFirst_whileTheFirstSettles_losesNothing() {
    Segment first = take(0, 1, 2);
    Segment second = take(3, 4, 5);
    Records.settle(first, 0);
    Records.settle(first, 1);
    assertThat(offset()).isEqualTo(2); // and remembers the place
    Records.settle(first, 2);
    assertThat(offset()).isEqualTo(3);
    settleAll(second);
    assertThat(offset()).isEqualTo(6);
  }

  @Test
  void metadataWithoutRoom_saysHowMuchItDoesNotTell() {
    for (int i = 0; i < 1_000; i++) {
      Records.settle(take(2L * i, 2L * i + 1), 1);
    }
    AssignedPartition.Commit all = partition.committable(4096);
    assertThat(all).isNotNull();
    assertThat(partition.untold()).isZero();
    AssignedPartition.Commit part = partition.committable(100);
    assertThat(part).isNotNull();
    long told = 0;
    SettledAhead ahead = ahead(part.offset());
    for (int i = 0; i < 1_000; i++) {
      told += ahead.contains(2L * i + 1) ? 1 : 0;
    }
    assertThat(told).isPositive();
    assertThat(partition.untold()).isEqualTo(1_000 - told);
  }

  @Test
  void offsetsGoBack_whatWasSettledBeforeUs_isDeliveredUnderTheSameOffsets() {
    AssignedPartition next = new AssignedPartition(P0, commitWithSettled(5, 6, 7));
    assertThat(next.take(Records.at(P0, 5)).isSettled(0)).isFalse();
    next.take(Records.at(P0, 0, 1, 2, 3, 4));
    Segment again = next.take(Records.at(P0, 5, 6, 7));
    assertThat(again.settledFromTheEnd().isEmpty()).isTrue();
  }

  @Test
  void offsetsGoBack_beforeAnythingWasTaken_nothingIsSettled() {
    AssignedPartition next = new AssignedPartition(P0, commitWithSettled(5, 6, 7));
    Segment taken = next.take(Records.at(P0, 0, 1, 2, 3, 4, 5, 6, 7));
    assertThat(taken.settledFromTheEnd().isEmpty()).isTrue();
  }

  /** A commit of {@code first}, which is stuck while what follows is settled. */
  private static OffsetAndMetadata commitWithSettled(long first, long... following) {
    AssignedPartition before = new AssignedPartition(P0);
    before.take(Records.at(P0, first));
    settleAll(before.take(Records.at(P0, following)));
    return before.committable(4096).offset();
  }

  @Test
  void offsetsGoBack_whileOneIsStuck_theLowestIsCommitted_andNothingAheadOfIt() {
    Segment stuck = take(100, 101);
    Records.settle(stuck, 1);
    settleAll(take(102, 103));
    assertThat(commit().offset().metadata()).isNotEmpty();

    Segment anew = take(0, 1, 2);
    Records.settle(anew, 2);
    assertThat(commit().offset()).isEqualTo(Records.offset(0));
    Records.settle(anew, 0);
    Records.settle(anew, 1);
    assertThat(offset()).isEqualTo(3);

    Segment more = take(3, 4);
    Records.settle(stuck, 0);
    Records.settle(more, 1);
    OffsetAndMetadata offset = commit().offset();
    assertThat(offset.offset()).isEqualTo(3);
    assertThat(ahead(offset)).hasToString("[4, 5]");
  }

  /**
   * Many histories of taking, settling, committing and offsets that go back, against a model of the
   * log and of what is open.
   */
  @Test
  void randomHistories_agreeWithANaiveModel() {
    long seed = new Random().nextLong();
    for (int history = 0; history < 3_000; history++) {
      Random random = new Random(seed + history);
      new Naive(random, "seed " + seed + ", history " + history).run();
    }
  }

  private static final class Naive {
    private record Taken(int life, long offset, Segment segment, int index) {
      boolean isSettled() {
        return segment.isSettled(index);
      }
    }

    private final Random random;
    private final String seed;
    private final AssignedPartition partition = new AssignedPartition(P0);
    private final NavigableMap<Long, Taken> log = new TreeMap<>();
    private final List<Taken> open = new ArrayList<>();
    private long next;
    private int life;
    private long position = -1;
    private long committed = -1;
    private long settled;
    private long settledAtCommit;

    Naive(Random random, String seed) {
      this.random = random;
      this.seed = seed;
      this.next = random.nextInt(100);
    }

    void run() {
      boolean goesBack = random.nextBoolean();
      for (int step = 0; step < 60; step++) {
        switch (random.nextInt(4)) {
          case 0 -> take(goesBack && random.nextInt(5) == 0);
          case 1, 2 -> settle();
          default -> commit();
        }
      }
      assertThat(Load.records(partition.seal())).as(seed).isEqualTo(open.size());
    }

    private void take(boolean goBack) {
      if (goBack && !log.isEmpty()) {
        next = random.nextLong(log.lastKey());
        log.tailMap(next, false).clear();
        committed = -1;
        life++;
      }
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      for (int i = random.nextInt(150); i >= 0; i--) {
        next += 1 + (random.nextInt(5) == 0 ? random.nextInt(3) : 0);
        records.add(Records.record(P0, next, "k", "v"));
      }
      next += random.nextInt(2);
      position = next + 1;
      Segment segment = partition.take(records);
      partition.positionIs(Records.offset(position));
      for (int i = 0; i < records.size(); i++) {
        Taken taken = new Taken(life, records.get(i).offset(), segment, i);
        log.put(taken.offset, taken);
        open.add(taken);
      }
    }

    private void settle() {
      for (int i = random.nextInt(100); i > 0 && !open.isEmpty(); i--) {
        Taken taken = open.remove(random.nextInt(open.size()));
        assertThat(taken.isSettled()).as(seed).isFalse();
        assertThat(Records.settle(taken.segment, taken.index)).as(seed).isTrue();
        settled++;
      }
    }

    private void commit() {
      AssignedPartition.Commit commit = partition.committable(4096);
      long expected = open.stream().mapToLong(Taken::offset).min().orElse(position);
      expected = Math.min(expected, position);
      if (position < 0 || (expected <= committed && settled == settledAtCommit)) {
        assertThat(commit).as(seed).isNull();
      } else {
        assertThat(commit).as(seed).isNotNull();
        assertThat(commit.offset().offset()).as(seed).isEqualTo(expected);
        restartKnows(commit.offset());
        committed = expected;
        settledAtCommit = settled;
        partition.committedIs(commit);
      }
    }

    /** A new owner that starts with the commit delivers what is unsettled, and nothing else. */
    private void restartKnows(OffsetAndMetadata commit) {
      NavigableMap<Long, Taken> ahead = log.tailMap(commit.offset(), true);
      if (commit.metadata().isEmpty()) {
        boolean isOld = open.stream().anyMatch(taken -> taken.life < life);
        assertThat(isOld || ahead.values().stream().noneMatch(Taken::isSettled)).as(seed).isTrue();
        return;
      }
      AssignedPartition successor = new AssignedPartition(P0, commit);
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      ahead.keySet().forEach(offset -> records.add(Records.record(P0, offset, "k", "v")));
      Segment segment = successor.take(records);
      int i = 0;
      for (Taken taken : ahead.values()) {
        assertThat(segment.isSettled(i++)).as(seed).isEqualTo(taken.isSettled());
      }
    }
  }

  /** What {@code commit} tells whoever goes on with the record there. */
  private static SettledAhead ahead(OffsetAndMetadata commit) {
    return SettledAhead.decode(Records.at(P0, commit.offset()).get(0), commit.metadata());
  }

  private Segment take(long... offsets) {
    Segment segment = partition.take(Records.at(P0, offsets));
    partition.positionIs(Records.offset(offsets[offsets.length - 1] + 1));
    return segment;
  }

  private long offset() {
    return commit().offset().offset();
  }

  private AssignedPartition.Commit commit() {
    AssignedPartition.Commit commit = partition.committable(4096);
    assertThat(commit).isNotNull();
    return commit;
  }
}
