package dev.kafkaevents.core;

import static dev.kafkaevents.core.Records.P0;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaevents.Ordering;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class LanesTest {
  private static final TopicPartition P1 = new TopicPartition("orders", 1);

  @Test
  void key_sameKey_sameLaneInOrder() {
    Lanes lanes = new Lanes(Ordering.KEY, 4);
    List<Lane> queued = lanes.distribute(segment(P0, "a", "b", "a", "a"));
    assertThat(queued).hasSize(2);
    assertThat(indices(queued.get(0))).containsExactly(0, 2, 3);
    assertThat(indices(queued.get(1))).containsExactly(1);
  }

  @Test
  void key_laneAlreadyQueued_isNotQueuedAgain() {
    Lanes lanes = new Lanes(Ordering.KEY, 4);
    Lane lane = lanes.distribute(segment(P0, "a")).get(0);
    assertThat(lanes.distribute(segment(P0, "a"))).isEmpty();
    assertThat(indices(lane)).containsExactly(0, 0);
  }

  @Test
  void key_withoutKey_spread() {
    assertThat(new Lanes(Ordering.KEY, 4).distribute(segment(P0, null, null, null))).hasSize(3);
  }

  @Test
  void partition_allKeys_oneLane() {
    Lanes lanes = new Lanes(Ordering.PARTITION, 4);
    assertThat(lanes.distribute(segment(P0, "a", "b", "c"))).hasSize(1);
    assertThat(lanes.distribute(segment(P1, "a", "b", "c"))).hasSize(1);
  }

  @Test
  void none_sameKey_spread() {
    assertThat(new Lanes(Ordering.NONE, 4).distribute(segment(P0, "a", "a", "a"))).hasSize(3);
  }

  @Test
  void key_asManyKeysAsMayBeInFlight_eachHasItsLane() {
    String[] keys = new String[2_048];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = "key-" + i;
    }
    assertThat(new Lanes(Ordering.KEY, keys.length).distribute(segment(P0, keys)))
        .hasSize(keys.length);
  }

  @Test
  void key_keysThatCountUp_onPartitionsThatCountUp_eachHaveTheirLane() {
    Lanes lanes = new Lanes(Ordering.KEY, 100);
    String[] keys = new String[10];
    Arrays.setAll(keys, i -> "key-" + i);
    int queued = 0;
    for (int partition = 0; partition < 10; partition++) {
      queued += lanes.distribute(segment(new TopicPartition("orders", partition), keys)).size();
    }
    assertThat(queued).isEqualTo(100);
  }

  /**
   * Keys come and lanes go idle at random, with far more keys than there is room for: whatever is
   * under way of a key is in one lane, in order.
   */
  @Test
  void key_randomHistories_whatIsUnderWayOfAKeyIsInOneLane() {
    long seed = new Random().nextLong();
    for (int history = 0; history < 2_000; history++) {
      keysStayTogether(new Random(seed + history), "seed " + seed + ", history " + history);
    }
  }

  private static void keysStayTogether(Random random, String seed) {
    Lanes lanes = new Lanes(Ordering.KEY, 1);
    int keys = 1 + random.nextInt(random.nextBoolean() ? 20 : 5_000);
    Set<Lane> busy = new LinkedHashSet<>();
    Map<String, Lane> laneOfKey = new HashMap<>();
    Map<String, Deque<Long>> underWay = new HashMap<>();
    long offset = 0;
    for (int step = 0; step < 12; step++) {
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      for (int i = random.nextInt(600); i >= 0; i--) {
        String key = random.nextInt(50) == 0 ? null : "k" + random.nextInt(keys);
        records.add(Records.record(P0, offset, key, "v"));
        if (key != null) {
          underWay.computeIfAbsent(key, k -> new ArrayDeque<>()).add(offset);
        }
        offset++;
      }
      busy.addAll(lanes.distribute(new AssignedPartition(P0).take(records)));
      List<Lane> some = new ArrayList<>(busy);
      Collections.shuffle(some, random);
      double part = random.nextDouble();
      for (Lane lane : some) {
        if (random.nextDouble() < part) {
          for (Run run = lane.current(); run != null; run = lane.current()) {
            byte[] key = run.segment().record(run.index()).key();
            long at = run.segment().offset(run.index());
            run.advance();
            if (key != null) {
              String name = new String(key, UTF_8);
              assertThat(underWay.get(name).remove()).as(seed).isEqualTo(at);
              Lane before = laneOfKey.putIfAbsent(name, lane);
              assertThat(before == null || before == lane).as(seed).isTrue();
              if (underWay.get(name).isEmpty()) {
                laneOfKey.remove(name);
              }
            }
          }
          assertThat(lane.keepsOnRelease()).isFalse();
          busy.remove(lane);
        }
      }
    }
  }

  private static Segment segment(TopicPartition partition, String... keys) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = 0; i < keys.length; i++) {
      records.add(Records.record(partition, i, keys[i], "v"));
    }
    return new AssignedPartition(partition).take(records);
  }

  private static List<Integer> indices(Lane lane) {
    List<Integer> indices = new ArrayList<>();
    for (Run run = lane.current(); run != null; run = lane.current()) {
      indices.add(run.index());
      run.advance();
    }
    return indices;
  }
}
