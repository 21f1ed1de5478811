package dev.kafkaevents.core;

import static dev.kafkaevents.core.Records.P0;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettledAheadTest {
  private static final int LIMIT = 4096;
  private static final SortedMap<Long, Long> NO_RANGES = new TreeMap<>();

  @Test
  void nothingAhead_isEmptyMetadata() {
    assertThat(SettledAhead.NONE.encode(first(5), LIMIT).text()).isEmpty();
    assertThat(SettledAhead.of(deque(segment(0, 3, Set.of(0, 1))), NO_RANGES, 2).isEmpty())
        .isTrue();
  }

  @Test
  void settledSinceTheOffsetWasChosen_isKnownToo() {
    SettledAhead ahead = SettledAhead.of(deque(segment(10, 6, Set.of(0, 1, 2, 4))), NO_RANGES, 11);
    assertThat(ahead).hasToString("[11, 13, 14, 15]");
    assertThat(SettledAhead.decode(first(11), ahead.encode(first(11), LIMIT).text()))
        .isEqualTo(ahead);
  }

  @Test
  void contains_bounds() {
    SettledAhead ahead = SettledAhead.of(deque(segment(10, 6, Set.of(1, 2, 4))), NO_RANGES, 10);
    assertThat(ahead.contains(10)).isFalse();
    assertThat(ahead.contains(11)).isTrue();
    assertThat(ahead.contains(12)).isTrue();
    assertThat(ahead.contains(13)).isFalse();
    assertThat(ahead.contains(14)).isTrue();
    assertThat(ahead.contains(15)).isFalse();
    assertThat(ahead.contains(9)).isFalse();
    assertThat(ahead.contains(1_000)).isFalse();
  }

  /**
   * What comes back is what went in, or a part of it where there was no room: never a record that
   * was not settled.
   */
  @Test
  void randomSets_comeBack_neverWithMoreThanWentIn() {
    long seed = new Random().nextLong();
    for (int history = 0; history < 1_000; history++) {
      roundTrip(new Random(seed + history), "seed " + seed + ", history " + history);
    }
  }

  private static void roundTrip(Random random, String seed) {
    long offset = random.nextInt(4) == 0 ? random.nextLong(1L << 40) : random.nextInt(1_000);
    double density = random.nextDouble();
    boolean gaps = random.nextBoolean();
    Set<Long> settled = new HashSet<>();
    List<Long> delivered = new ArrayList<>();
    Deque<Segment> segments = new ArrayDeque<>();
    AssignedPartition partition = new AssignedPartition(P0);
    for (int s = random.nextInt(4); s >= 0; s--) {
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      for (int i = random.nextInt(random.nextInt(20) == 0 ? 20_000 : 300); i >= 0; i--) {
        offset +=
            1
                + (gaps && random.nextInt(4) == 0
                    ? random.nextInt(random.nextInt(10) == 0 ? 100_000 : 5)
                    : 0);
        records.add(Records.record(P0, offset, "k", "v"));
      }
      Segment segment = partition.take(records);
      for (int i = 0; i < records.size(); i++) {
        delivered.add(records.get(i).offset());
        if ((segments.isEmpty() && i == 0) || random.nextDouble() >= density) {
          continue;
        }
        Records.settle(segment, i);
        settled.add(records.get(i).offset());
      }
      segments.add(segment);
    }
    long committed = delivered.get(0);
    int limit = random.nextInt(3) == 0 ? random.nextInt(200) : LIMIT;
    SettledAhead ahead = SettledAhead.of(segments, NO_RANGES, committed);
    String metadata = ahead.encode(first(committed), limit).text();
    assertThat(metadata.length()).as(seed).isLessThanOrEqualTo(Math.max(limit, 0));
    SettledAhead back =
        metadata.isEmpty() ? SettledAhead.NONE : SettledAhead.decode(first(committed), metadata);
    assertThat(back).as(seed).isNotNull();
    boolean cut = false;
    for (long each : delivered) {
      if (ahead.contains(each) != settled.contains(each)) {
        fail("%s: %d", seed, each);
      }
      if (back.contains(each)) {
        if (cut || !settled.contains(each)) {
          fail("%s: %d came back, which was not settled, or behind a hole", seed, each);
        }
      } else if (settled.contains(each)) {
        cut = true; // from here on there was no room
      }
    }
    if (limit == LIMIT && delivered.size() < 1_000 && !gaps) {
      assertThat(cut).as(seed).isFalse();
    }
  }

  /**
   * The records of a key settle one after the other. Whoever takes over must not learn of a later
   * one without the earlier: it would deliver the earlier again, and not the later.
   */
  @Test
  void of_whileRecordsSettleInOrder_isAPrefix() throws Exception {
    for (int round = 0; round < 200; round++) {
      AssignedPartition partition = new AssignedPartition(P0);
      Deque<Segment> segments = new ArrayDeque<>();
      for (int s = 0; s < 8; s++) {
        long[] offsets = LongStream.range(s * 500L, (s + 1) * 500L).toArray();
        segments.add(partition.take(Records.at(P0, offsets)));
      }
      Thread worker =
          new Thread(
              () -> {
                for (Segment segment : segments) {
                  for (int i = segment == segments.getFirst() ? 1 : 0; i < 500; i++) {
                    Records.settle(segment, i);
                  }
                }
              });
      worker.start();
      while (worker.isAlive()) {
        SettledAhead ahead = SettledAhead.of(segments, NO_RANGES, 0);
        assertThat(ahead.toString()).matches("\\[(1, \\d+)?]");
      }
      worker.join();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ke1:",
        "ke1:AAAA",
        "ke1:AAAAAAAA",
        "ke1:%%%",
        "somebody else's",
        "ke2:AAAAAAAAAAA",
        "ke1:ü"
      })
  void foreignText_isNothing(String metadata) {
    assertThat(SettledAhead.decode(first(5), metadata)).isNull();
  }

  @Test
  void metadataOfAnotherRecord_isNothing() {
    String metadata =
        SettledAhead.of(deque(segment(10, 4, Set.of(2))), NO_RANGES, 10)
            .encode(first(10), LIMIT)
            .text();
    assertThat(SettledAhead.decode(first(10), metadata)).isNotNull();
    assertThat(SettledAhead.decode(first(11), metadata)).isNull();
    assertThat(SettledAhead.decode(Records.record(P0, 10, "k", "other"), metadata)).isNull();
    assertThat(SettledAhead.decode(Records.record(P0, 10, "other", "v"), metadata)).isNull();
    assertThat(SettledAhead.decode(Records.record(P0, 10, null, null), metadata)).isNull();
  }

  @Test
  void anyChangedCharacter_isNothing() {
    String metadata =
        SettledAhead.of(deque(segment(10, 64, Set.of(2, 5, 6, 40))), NO_RANGES, 10)
            .encode(first(10), LIMIT)
            .text();
    SettledAhead original = SettledAhead.decode(first(10), metadata);
    for (int i = 0; i < metadata.length(); i++) {
      for (char c : new char[] {'A', 'z', '0', '+', '='}) {
        StringBuilder changed = new StringBuilder(metadata);
        changed.setCharAt(i, c);
        SettledAhead decoded = SettledAhead.decode(first(10), changed.toString());
        // The last character of Base64 has bits that count for nothing.
        assertThat(decoded == null || decoded.equals(original)).as(changed.toString()).isTrue();
      }
    }
  }

  @Test
  void randomText_neverFails() {
    Random random = new Random();
    long seed = random.nextLong();
    random.setSeed(seed);
    byte[] bytes = new byte[64];
    for (int i = 0; i < 20_000; i++) {
      random.nextBytes(bytes);
      String text =
          "ke1:"
              + java.util.Base64.getEncoder()
                  .encodeToString(java.util.Arrays.copyOf(bytes, random.nextInt(64)));
      assertThat(SettledAhead.decode(first(random.nextLong(Long.MAX_VALUE)), text))
          .as("seed %d, %s", seed, text)
          .isNull();
    }
  }

  private static ConsumerRecord<byte[], byte[]> first(long offset) {
    return Records.record(P0, offset, "k", "v");
  }

  private static Deque<Segment> deque(Segment segment) {
    return new ArrayDeque<>(List.of(segment));
  }

  private static Segment segment(long from, int size, Set<Integer> settled) {
    long[] offsets = new long[size];
    for (int i = 0; i < size; i++) {
      offsets[i] = from + i;
    }
    Segment segment = new AssignedPartition(P0).take(Records.at(P0, offsets));
    settled.forEach(i -> Records.settle(segment, i));
    return segment;
  }
}
