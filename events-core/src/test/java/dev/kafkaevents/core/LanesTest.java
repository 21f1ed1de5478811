package dev.kafkaevents.core;

import static dev.kafkaevents.core.Records.P0;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaevents.Ordering;
import java.util.ArrayList;
import java.util.List;
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
  void key_thousandKeys_useMostLanes() {
    String[] keys = new String[1_000];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = "key-" + i;
    }
    // Thrown at random into 1,024 lanes, 1,000 keys hit about 640.
    assertThat(new Lanes(Ordering.KEY, 4).distribute(segment(P0, keys))).hasSizeGreaterThan(580);
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
