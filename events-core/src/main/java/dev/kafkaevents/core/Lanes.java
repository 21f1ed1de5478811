package dev.kafkaevents.core;

import dev.kafkaevents.Ordering;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Distributes records to lanes: what must be in order, to the same one. The lanes are a fixed
 * number far above the concurrency, in place of a map of keys that would have to grow and be
 * cleaned; two keys that meet in a lane wait for each other, which is safe. Confined to the poll
 * thread.
 */
final class Lanes {
  private static final int AT_LEAST = 1024;
  private static final int PER_SLOT = 16;

  /** How many lanes to look at for an idle one before taking one that is not. */
  private static final int LOOK_AHEAD = 32;

  private final Ordering ordering;
  private final Lane[] lanes;
  private final int mask;
  private int cursor;

  Lanes(Ordering ordering, int concurrency) {
    this.ordering = ordering;
    int wanted = Math.max(AT_LEAST, PER_SLOT * Math.min(concurrency, 1 << 16));
    this.lanes = new Lane[Integer.highestOneBit(wanted - 1) << 1];
    Arrays.setAll(lanes, i -> new Lane());
    this.mask = lanes.length - 1;
  }

  /**
   * Distributes all unsettled records of {@code segment}; answers the lanes that have to be queued
   * for workers.
   */
  List<Lane> distribute(Segment segment) {
    List<Lane> touched = new ArrayList<>();
    boolean someAreSettled = Load.records(segment.left()) < segment.records.size();
    for (int i = 0; i < segment.records.size(); i++) {
      if (someAreSettled && segment.isSettled(i)) {
        continue;
      }
      Lane lane = laneOf(segment, segment.records.get(i));
      if (lane.append(segment, i)) {
        touched.add(lane);
      }
    }
    touched.removeIf(lane -> !lane.publish());
    return touched;
  }

  private Lane laneOf(Segment segment, ConsumerRecord<byte[], byte[]> record) {
    byte[] key = record.key();
    return switch (ordering) {
      case PARTITION -> lanes[(31 * record.topic().hashCode() + record.partition()) & mask];
      case KEY ->
          key == null
              ? anyLane()
              : lanes[spread(31 * Arrays.hashCode(key) + segment.partition.id.hashCode()) & mask];
      case NONE -> anyLane();
    };
  }

  private Lane anyLane() {
    for (int i = 0; i < LOOK_AHEAD; i++) {
      Lane lane = lanes[cursor++ & mask];
      if (lane.isIdle()) {
        return lane;
      }
    }
    return lanes[cursor++ & mask];
  }

  /** Lets all bits count: a plain hash of short keys that count upwards differs in few. */
  private static int spread(int hash) {
    int mixed = hash * 0x9E3779B9;
    return mixed ^ mixed >>> 16;
  }
}
