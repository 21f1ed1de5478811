package dev.kafkaevents.core;

import dev.kafkaevents.Ordering;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Distributes records to lanes: what must be in order, to the same one. Confined to the poll
 * thread.
 *
 * <p>By key, a lane is found by a hash of 64 bits of partition and key, so that keys practically
 * never wait for each other and none is kept in memory. The lanes are a fixed number, well above
 * that of the records in flight, and an idle one is given to whatever key comes next. A key looks
 * for its lane at {@link #NEAR} places from where its hash points to:
 *
 * <ul>
 *   <li>A lane that has its hash and is not idle is its lane.
 *   <li>Otherwise, if the spare lane of this neighbourhood is not idle, the key may be in there,
 *       and so goes there too.
 *   <li>Otherwise none of its records is under way, and it takes any idle lane nearby, or else the
 *       spare one.
 * </ul>
 *
 * Keys in a spare lane share it, which is safe, and so rare that it need not be quick.
 */
final class Lanes {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int AT_LEAST = 1 << 10;
  private static final int AT_MOST = 1 << 16;

  /** How many places a key looks at. */
  private static final int NEAR = 16;

  /** How many lanes to look at for an idle one, for a record that may take any. */
  private static final int LOOK_AHEAD = 32;

  /** Of a lane that belongs to no key. */
  private static final long NO_HASH = 0;

  private final Ordering ordering;
  private final Lane[] lanes;
  private final long[] hashes;
  private final @Nullable Lane[] spares;
  private final int mask;
  private Lane[] ofPartitions = {};
  private int cursor;

  /** Lanes for about {@code records} in flight. */
  Lanes(Ordering ordering, int records) {
    this.ordering = ordering;
    int wanted = Math.max(AT_LEAST, Math.min(AT_MOST / 2, records) * 2);
    this.lanes = new Lane[Integer.highestOneBit(wanted - 1) << 1];
    this.hashes = new long[lanes.length];
    this.spares = new Lane[lanes.length / NEAR];
    this.mask = lanes.length - 1;
    if (ordering != Ordering.PARTITION) {
      Arrays.setAll(lanes, i -> new Lane());
    }
  }

  /**
   * Distributes all unsettled records of {@code segment}; answers the lanes that have to be queued
   * for workers.
   */
  List<Lane> distribute(Segment segment) {
    List<Lane> touched = new ArrayList<>();
    boolean someAreSettled = Load.records(segment.left()) < segment.size;
    for (int i = 0; i < segment.size; i++) {
      if (someAreSettled && segment.isSettled(i)) {
        continue;
      }
      Lane lane = laneOf(segment.record(i));
      if (lane.append(segment, i)) {
        touched.add(lane);
      }
    }
    touched.removeIf(lane -> !lane.publish());
    return touched;
  }

  private Lane laneOf(ConsumerRecord<byte[], byte[]> record) {
    byte[] key = record.key();
    return switch (ordering) {
      case PARTITION -> laneOfPartition(record.partition());
      case KEY -> key == null ? anyLane() : laneOfHash(hash(record.partition(), key));
      case NONE -> anyLane();
    };
  }

  private Lane laneOfPartition(int partition) {
    if (partition >= ofPartitions.length) {
      int before = ofPartitions.length;
      ofPartitions = Arrays.copyOf(ofPartitions, Math.max(16, partition * 3 / 2));
      for (int i = before; i < ofPartitions.length; i++) {
        ofPartitions[i] = new Lane();
      }
    }
    return ofPartitions[partition];
  }

  private Lane laneOfHash(long hash) {
    int home = (int) hash & mask;
    int free = -1;
    for (int i = 0; i < NEAR; i++) {
      int at = (home + i) & mask;
      if (hashes[at] == hash) {
        if (!lanes[at].isIdle()) {
          return lanes[at];
        }
        free = at;
        break;
      }
    }
    Lane spare = spares[home / NEAR];
    if (spare != null && !spare.isIdle()) {
      return spare;
    }
    for (int i = 0; free < 0 && i < NEAR; i++) {
      int at = (home + i) & mask;
      if (lanes[at].isIdle()) {
        free = at;
      }
    }
    if (free < 0) {
      return spareAt(home / NEAR);
    }
    hashes[free] = hash;
    return lanes[free];
  }

  private Lane spareAt(int place) {
    Lane spare = spares[place];
    if (spare == null) {
      spare = new Lane();
      spares[place] = spare;
    }
    return spare;
  }

  private Lane anyLane() {
    for (int i = 0; i < LOOK_AHEAD; i++) {
      int at = cursor++ & mask;
      if (lanes[at].isIdle()) {
        hashes[at] = NO_HASH; // It is not idle from here on, but not for the key that had it.
        return lanes[at];
      }
    }
    return lanes[cursor++ & mask];
  }

  /** All bits of the key count in all bits of the hash. */
  private static long hash(int partition, byte[] key) {
    long hash = ((partition + 1) * 0x9E3779B97F4A7C15L) ^ key.length;
    int i = 0;
    for (; i + Long.BYTES <= key.length; i += Long.BYTES) {
      hash = mix(hash ^ (long) LONG.get(key, i));
    }
    long rest = 0;
    for (; i < key.length; i++) {
      rest = (rest << 8) | (key[i] & 0xFF);
    }
    long mixed = mix(hash ^ rest);
    return mixed == NO_HASH ? 1 : mixed;
  }

  /** The finish of MurmurHash3's 64 bits, which is a bijection. */
  private static long mix(long hash) {
    long mixed = (hash ^ (hash >>> 33)) * 0xFF51AFD7ED558CCDL;
    mixed = (mixed ^ (mixed >>> 33)) * 0xC4CEB9FE1A85EC53L;
    return mixed ^ (mixed >>> 33);
  }
}
