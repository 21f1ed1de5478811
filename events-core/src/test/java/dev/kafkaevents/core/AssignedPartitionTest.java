package dev.kafkaevents.core;

import static dev.kafkaevents.core.Records.P0;
import static org.assertj.core.api.Assertions.assertThat;

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
    segment.settle(2);
    assertThat(offset()).isEqualTo(10);
    segment.settle(0);
    assertThat(offset()).isEqualTo(11);
    segment.settle(1);
    assertThat(offset()).isEqualTo(13);
  }

  @Test
  void settled_allWithGapsBehind_commitsThePositionOfTheConsumer() {
    Segment segment = partition.take(Records.at(P0, 5, 9));
    partition.positionIs(Records.offset(14)); // the markers of a transaction are at 10 to 13
    segment.settle(0);
    segment.settle(1);
    assertThat(offset()).isEqualTo(14);
  }

  @Test
  void position_movedWithoutRecords_isCommitted() {
    partition.positionIs(Records.offset(3));
    assertThat(offset()).isEqualTo(3);
  }

  @Test
  void committable_committedAlready_isNull() {
    take(0).settle(0);
    partition.committedIs(commit());
    assertThat(partition.committable(4096)).isNull();
  }

  @Test
  void settledBeyondTheFrontier_isCommittedToo() {
    Segment segment = take(0, 1, 2);
    partition.committedIs(new AssignedPartition.Commit(partition, Records.offset(0), 0));
    assertThat(partition.committable(4096)).isNull();
    segment.settle(1);
    OffsetAndMetadata offset = commit().offset();
    assertThat(offset.offset()).isZero();
    assertThat(SettledAhead.decode(0, offset.metadata()).contains(1)).isTrue();
  }

  @Test
  void settle_afterSeal_countsForNothing() {
    Segment segment = take(0, 1, 2);
    assertThat(segment.settle(1)).isTrue();
    assertThat(Load.records(partition.seal())).isEqualTo(2);
    assertThat(segment.settle(0)).isFalse();
    assertThat(segment.settle(2)).isFalse();
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
                  assertThat(segment.settle(index)).isTrue();
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
