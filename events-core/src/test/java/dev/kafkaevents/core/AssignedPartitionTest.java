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
    assertThat(SettledAhead.decode(0, offset.metadata()).contains(1)).isTrue();
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
    assertThat(SettledAhead.decode(0, offset.metadata())).hasToString("[1, 202]");
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
    SettledAhead ahead = SettledAhead.decode(0, part.offset().metadata());
    for (int i = 0; i < 1_000; i++) {
      told += ahead.contains(2L * i + 1) ? 1 : 0;
    }
    assertThat(told).isPositive();
    assertThat(partition.untold()).isEqualTo(1_000 - told);
  }

  /**
   * Many histories of taking, settling and committing, against a map from offset to whether it is
   * settled.
   */
  @Test
  void randomHistories_agreeWithANaiveModel() {
    long seed = new Random().nextLong();
    for (int history = 0; history < 3_000; history++) {
      agreesWithModel(new Random(seed + history), "seed " + seed + ", history " + history);
    }
  }

  private static void agreesWithModel(Random random, String seed) {
    AssignedPartition partition = new AssignedPartition(P0);
    TreeMap<Long, Boolean> model = new TreeMap<>();
    List<Runnable> unsettled = new ArrayList<>();
    long next = random.nextInt(100);
    long committed = -1;
    long settledAtCommit = 0;
    boolean taken = false;
    for (int step = 0; step < 60; step++) {
      switch (random.nextInt(4)) {
        case 0 -> {
          List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
          for (int i = random.nextInt(150); i >= 0; i--) {
            next += 1 + (random.nextInt(5) == 0 ? random.nextInt(3) : 0);
            records.add(Records.record(P0, next, "k", "v"));
            model.put(next, false);
          }
          next += random.nextInt(2);
          Segment segment = partition.take(records);
          partition.positionIs(Records.offset(next + 1));
          taken = true;
          for (int i = 0; i < records.size(); i++) {
            int index = i;
            unsettled.add(
                () -> {
                  assertThat(segment.isSettled(index)).isFalse();
                  assertThat(Records.settle(segment, index)).isTrue();
                  model.put(records.get(index).offset(), true);
                });
          }
        }
        case 1, 2 -> {
          for (int i = random.nextInt(100); i > 0 && !unsettled.isEmpty(); i--) {
            unsettled.remove(random.nextInt(unsettled.size())).run();
          }
        }
        default -> {
          AssignedPartition.Commit commit = partition.committable(4096);
          Long expected = null;
          for (var entry : model.entrySet()) {
            if (!entry.getValue()) {
              expected = entry.getKey();
              break;
            }
          }
          if (expected == null && taken) {
            expected = next + 1;
          }
          long settled = model.values().stream().filter(is -> is).count();
          if (expected == null || (expected <= committed && settled == settledAtCommit)) {
            assertThat(commit).as(seed).isNull();
          } else {
            assertThat(commit).as(seed).isNotNull();
            assertThat(commit.offset().offset()).as(seed).isEqualTo(expected);
            restartKnows(commit.offset(), model, seed);
            committed = expected;
            settledAtCommit = settled;
            partition.committedIs(commit);
          }
        }
      }
    }
    assertThat(Load.records(partition.seal())).as(seed).isEqualTo(unsettled.size());
  }

  /** A new owner that starts with the commit delivers what is unsettled, and nothing else. */
  private static void restartKnows(
      OffsetAndMetadata commit, NavigableMap<Long, Boolean> model, String seed) {
    if (commit.metadata().isEmpty()) {
      return;
    }
    AssignedPartition next =
        new AssignedPartition(
            P0, commit.offset(), SettledAhead.decode(commit.offset(), commit.metadata()));
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    model
        .tailMap(commit.offset())
        .keySet()
        .forEach(offset -> records.add(Records.record(P0, offset, "k", "v")));
    Segment segment = next.take(records);
    for (int i = 0; i < records.size(); i++) {
      assertThat(segment.isSettled(i)).as(seed).isEqualTo(model.get(records.get(i).offset()));
    }
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
