package dev.kafkaevents.core;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.SortedMap;
import java.util.zip.CRC32C;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Which records after a committed offset are settled already: travels as the metadata of the
 * commit, so that after a crash or a move to another member only those are delivered again that
 * really were not settled. Immutable.
 *
 * <p>In memory it is a list of runs, {@code [from, to)}, in rising order. A run spans from its
 * first to its last settled record; offsets in between that are no records are in it, and never
 * asked for.
 *
 * <p>As text: {@code ke1:} and, in Base64, a checksum of the first unsettled record and what
 * follows, a kind, and then either the lengths of unsettled and settled stretches in turn, as
 * variable-length integers, or one bit for each offset, whichever reaches further within the limit.
 * What does not fit is left out from the end, and so delivered again. Text that is foreign, corrupt
 * or of another record is nothing: where a log was cut, or its topic made anew, the same offsets
 * are of others.
 */
final class SettledAhead {
  static final SettledAhead NONE = new SettledAhead(new long[0], 0);

  private static final String PREFIX = "ke1:";
  private static final byte STRETCHES = 'r';
  private static final byte BITS = 'b';
  private static final int HEAD = Integer.BYTES + 1;

  /** {@code from, to, from, to, ...} */
  private final long[] runs;

  private final int used;

  private SettledAhead(long[] runs, int used) {
    this.runs = runs;
    this.used = used;
  }

  /**
   * What is settled at and after {@code committed}: in {@code segments} and, between them, in
   * {@code ranges}, each from an offset to another that is not in it.
   *
   * <p>Records settle while this looks. It looks from the end to the beginning: if a record is seen
   * as settled, then so is whatever had to settle before it, such as the earlier ones of its key.
   * The other way round, a new owner might deliver an earlier record again and leave out a later
   * one, and a handler that keeps the latest state of a key would keep an old one.
   */
  static SettledAhead of(Deque<Segment> segments, SortedMap<Long, Long> ranges, long committed) {
    Deque<BitSet> settled = new ArrayDeque<>();
    segments
        .descendingIterator()
        .forEachRemaining(segment -> settled.addFirst(segment.settledFromTheEnd()));
    Runs runs = new Runs();
    long at = committed;
    for (Segment segment : segments) {
      ranges.subMap(Math.min(at, segment.begin), segment.begin).forEach(runs::add);
      BitSet bits = settled.removeFirst();
      for (int i = 0; i < segment.size; i++) {
        long offset = segment.offset(i);
        if (!bits.get(i)) {
          runs.end();
        } else if (offset >= committed) {
          runs.add(offset, offset + 1);
        }
      }
      at = segment.end;
    }
    ranges.tailMap(at).forEach(runs::add);
    return runs.toSettledAhead();
  }

  boolean isEmpty() {
    return used == 0;
  }

  boolean contains(long offset) {
    int at = Arrays.binarySearch(runs, 0, used, offset);
    // Found: at the start of a run, or just past the end of one. Not found: inside a run if the
    // next bound is an end.
    return at >= 0 ? (at & 1) == 0 : ((-at - 1) & 1) == 1;
  }

  /** The offset just past the last that is settled. */
  long end() {
    return used == 0 ? Long.MIN_VALUE : runs[used - 1];
  }

  /** What to write into a commit, and how many settled offsets that leaves out for want of room. */
  record Text(String text, long leftOut) {}

  /**
   * As the metadata of a commit of the offset of {@code first}, which is not settled, in {@code
   * limit} characters at most. Empty if there is nothing to say.
   */
  Text encode(ConsumerRecord<byte[], byte[]> first, int limit) {
    long committed = first.offset();
    int room = (limit - PREFIX.length()) / 4 * 3 - HEAD;
    if (used == 0 || room < 2) {
      return new Text("", settledFrom(committed));
    }
    Encoding stretches = stretches(committed, room);
    Encoding best = stretches.complete ? stretches : stretches.orFurther(bits(committed, room));
    if (best.bytes.length == 0) {
      return new Text("", settledFrom(committed));
    }
    byte[] bytes = new byte[HEAD + best.bytes.length];
    ByteBuffer buffer = ByteBuffer.wrap(bytes).putInt(0).put(best.kind).put(best.bytes);
    buffer.putInt(0, checksum(first, bytes));
    return new Text(
        PREFIX + Base64.getEncoder().withoutPadding().encodeToString(bytes),
        settledFrom(best.reach));
  }

  private long settledFrom(long offset) {
    long settled = 0;
    for (int i = used; i > 0 && runs[i - 1] > offset; i -= 2) {
      settled += runs[i - 1] - Math.max(offset, runs[i - 2]);
    }
    return settled;
  }

  /**
   * What {@code metadata} says of the records behind {@code first}; null if it was not written by
   * this class when that was the first unsettled one.
   */
  static @Nullable SettledAhead decode(ConsumerRecord<byte[], byte[]> first, String metadata) {
    if (!metadata.startsWith(PREFIX)) {
      return null;
    }
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(metadata.substring(PREFIX.length()));
    } catch (IllegalArgumentException notBase64) {
      return null;
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    if (bytes.length <= HEAD || buffer.getInt() != checksum(first, bytes)) {
      return null;
    }
    byte kind = buffer.get();
    long committed = first.offset();
    return kind == STRETCHES
        ? ofStretches(committed, buffer)
        : kind == BITS ? ofBits(committed, buffer) : null;
  }

  private static int checksum(ConsumerRecord<byte[], byte[]> first, byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(
        ByteBuffer.allocate(2 * Long.BYTES)
            .putLong(first.offset())
            .putLong(first.timestamp())
            .flip());
    update(crc, first.key());
    update(crc, first.value());
    crc.update(bytes, Integer.BYTES, bytes.length - Integer.BYTES);
    return (int) crc.getValue();
  }

  private static void update(CRC32C crc, byte @Nullable [] bytes) {
    if (bytes != null) {
      crc.update(bytes);
    }
  }

  private record Encoding(byte kind, byte[] bytes, long reach, boolean complete) {
    Encoding orFurther(Encoding other) {
      return other.reach > reach ? other : this;
    }
  }

  private Encoding stretches(long committed, int room) {
    ByteBuffer buffer = ByteBuffer.allocate(room);
    long at = committed;
    for (int i = 0; i < used; i += 2) {
      int before = buffer.position();
      if (!put(buffer, runs[i] - at) || !put(buffer, runs[i + 1] - runs[i])) {
        return new Encoding(STRETCHES, Arrays.copyOf(buffer.array(), before), at, false);
      }
      at = runs[i + 1];
    }
    return new Encoding(STRETCHES, Arrays.copyOf(buffer.array(), buffer.position()), at, true);
  }

  /**
   * Seven bits a byte, the lowest first; the high bit says that more follow. False if there is no
   * room for it.
   */
  private static boolean put(ByteBuffer buffer, long value) {
    int size = (70 - Long.numberOfLeadingZeros(value | 1)) / 7;
    if (buffer.remaining() < size) {
      return false;
    }
    for (; value > 0x7F; value >>>= 7) {
      buffer.put((byte) (value | 0x80));
    }
    buffer.put((byte) value);
    return true;
  }

  private Encoding bits(long committed, int room) {
    long span = Math.min(8L * room, runs[used - 1] - committed);
    byte[] bits = new byte[(int) ((span + 7) >>> 3)];
    for (int i = 0; i < used; i += 2) {
      for (long bit = runs[i] - committed; bit < Math.min(span, runs[i + 1] - committed); bit++) {
        bits[(int) (bit >>> 3)] |= (byte) (1 << (bit & 7));
      }
    }
    return new Encoding(BITS, bits, committed + span, false);
  }

  private static @Nullable SettledAhead ofStretches(long committed, ByteBuffer buffer) {
    Runs runs = new Runs();
    long at = committed;
    while (buffer.hasRemaining()) {
      long unsettled = take(buffer);
      long settled = take(buffer);
      boolean isNoStretch = unsettled == 0 && at > committed;
      if (unsettled < 0
          || isNoStretch
          || settled <= 0
          || at > Long.MAX_VALUE - unsettled - settled) {
        return null;
      }
      runs.end();
      runs.add(at + unsettled, at + unsettled + settled);
      at += unsettled + settled;
    }
    return runs.toSettledAhead();
  }

  /** A number up to 56 bits; -1 if there is none. */
  private static long take(ByteBuffer buffer) {
    long value = 0;
    for (int shift = 0; shift < 56 && buffer.hasRemaining(); shift += 7) {
      byte b = buffer.get();
      value |= (b & 0x7FL) << shift;
      if (b >= 0) {
        return value;
      }
    }
    return -1;
  }

  private static SettledAhead ofBits(long committed, ByteBuffer buffer) {
    Runs runs = new Runs();
    for (long at = committed; buffer.hasRemaining(); at += 8) {
      byte bits = buffer.get();
      for (int bit = 0; bit < 8; bit++) {
        if ((bits & (1 << bit)) != 0) {
          runs.add(at + bit, at + bit + 1);
        } else {
          runs.end();
        }
      }
    }
    return runs.toSettledAhead();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SettledAhead ahead
        && Arrays.equals(runs, 0, used, ahead.runs, 0, ahead.used);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(Arrays.copyOf(runs, used));
  }

  @Override
  public String toString() {
    return List.of(Arrays.stream(runs, 0, used).boxed().toArray()).toString();
  }

  /** Collects runs in rising order, joining what no unsettled record parts. */
  private static final class Runs {
    private long[] bounds = new long[16];
    private int used;
    private boolean open;

    void add(long from, long to) {
      if (open) {
        bounds[used - 1] = to;
        return;
      }
      if (used == bounds.length) {
        bounds = Arrays.copyOf(bounds, 2 * used);
      }
      bounds[used++] = from;
      bounds[used++] = to;
      open = true;
    }

    void end() {
      open = false;
    }

    SettledAhead toSettledAhead() {
      return used == 0 ? NONE : new SettledAhead(bounds, used);
    }
  }
}
