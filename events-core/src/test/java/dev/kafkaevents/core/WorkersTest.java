package dev.kafkaevents.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaevents.Ordering;
import dev.kafkaevents.core.AssignedPartition.Start;
import dev.kafkaevents.core.Workers.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WorkersTest {
  private final List<Workers> all = new ArrayList<>();

  @AfterEach
  void close() {
    all.forEach(Workers::close);
  }

  private Workers workers(int slots, Workers.Deliverer deliverer) {
    Workers workers = new Workers(EventsRuntime.system(), "test-lane", slots, deliverer);
    all.add(workers);
    return workers;
  }

  /**
   * Random keys, sizes and retries over two partitions: every record once, keys in order, slots
   * never exceeded.
   */
  @Test
  void randomWork_isDeliveredOnce_inOrderOfKeys_withinTheSlots() throws Exception {
    long seed = new Random().nextLong();
    for (int history = 0; history < 40; history++) {
      runRandomWork(new Random(seed + history), "seed " + seed + ", history " + history);
    }
  }

  private void runRandomWork(Random random, String seed) throws Exception {
    int slots = 1 + random.nextInt(8);
    int keys = 1 + random.nextInt(50);
    int total = 2_000;
    AtomicInteger working = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicReference<String> violation = new AtomicReference<>();
    Map<String, Long> lastOfKey = new ConcurrentHashMap<>();
    Map<String, AtomicBoolean> busy = new ConcurrentHashMap<>();
    CountDownLatch delivered = new CountDownLatch(total);
    Workers[] self = new Workers[1];
    self[0] =
        workers(
            slots,
            (segment, index) -> {
              ConsumerRecord<byte[], byte[]> record = segment.record(index);
              String key = record.partition() + new String(record.key(), UTF_8);
              if (!busy.computeIfAbsent(key, k -> new AtomicBoolean()).compareAndSet(false, true)) {
                violation.set(seed + ": two at once for " + key);
              }
              most.accumulateAndGet(working.incrementAndGet(), Math::max);
              if (record.offset() % 97 == 0) {
                working.decrementAndGet();
                try {
                  self[0].awaitRetry(Duration.ofNanos(record.offset() * 100), segment.partition);
                } catch (InterruptedException e) {
                  violation.set(seed + ": " + e);
                }
                most.accumulateAndGet(working.incrementAndGet(), Math::max);
              }
              Long before = lastOfKey.put(key, record.offset());
              if (before != null && before >= record.offset()) {
                violation.set(
                    seed + ": " + key + " went from " + before + " to " + record.offset());
              }
              working.decrementAndGet();
              busy.get(key).set(false);
              delivered.countDown();
              return Outcome.SETTLED;
            });
    Lanes lanes = new Lanes(Ordering.KEY, slots);
    AssignedPartition[] partitions = {
      new AssignedPartition(new TopicPartition("orders", 0)),
      new AssignedPartition(new TopicPartition("orders", 1))
    };
    long[] offsets = new long[2];
    for (int sent = 0; sent < total; ) {
      int p = random.nextInt(2);
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      for (int i = random.nextInt(200); i >= 0 && sent < total; i--, sent++) {
        records.add(
            Records.record(partitions[p].id, offsets[p]++, "k" + random.nextInt(keys), "v"));
      }
      self[0].add(lanes.distribute(partitions[p].take(records)));
    }
    assertThat(delivered.await(30, TimeUnit.SECONDS)).as(seed).isTrue();
    assertThat(violation.get()).isNull();
    assertThat(most.get()).as(seed).isLessThanOrEqualTo(slots);
    self[0].close();
  }

  @Test
  void concurrency_isReached() throws Exception {
    CountDownLatch together = new CountDownLatch(8);
    CountDownLatch done = new CountDownLatch(8);
    Workers workers =
        workers(
            8,
            (segment, index) -> {
              together.countDown();
              awaitUninterruptibly(together);
              done.countDown();
              return Outcome.SETTLED;
            });
    workers.add(new Lanes(Ordering.NONE, 8).distribute(segment(8)));
    assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void retry_waiting_givesItsSlotToOthers() throws Exception {
    CountDownLatch others = new CountDownLatch(5);
    CountDownLatch retried = new CountDownLatch(1);
    Workers[] self = new Workers[1];
    self[0] =
        workers(
            1,
            (segment, index) -> {
              if (index == 0) {
                // With one slot, the retry can only be due after the others if they had the slot
                // meanwhile.
                awaitRetry(self[0], segment.partition, Duration.ofMillis(50));
                awaitUninterruptibly(others);
                retried.countDown();
              } else {
                others.countDown();
              }
              return Outcome.SETTLED;
            });
    self[0].add(new Lanes(Ordering.NONE, 1).distribute(segment(6)));
    assertThat(retried.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void retry_partitionLetGo_isInterrupted() throws Exception {
    CountDownLatch waiting = new CountDownLatch(1);
    AtomicBoolean interrupted = new AtomicBoolean();
    Segment segment = segment(1);
    Workers[] self = new Workers[1];
    self[0] =
        workers(
            1,
            (s, index) -> {
              waiting.countDown();
              try {
                self[0].awaitRetry(Duration.ofHours(1), s.partition);
              } catch (InterruptedException e) {
                interrupted.set(true);
              }
              return Outcome.SETTLED;
            });
    self[0].add(new Lanes(Ordering.KEY, 1).distribute(segment));
    waiting.await();
    segment.partition.start = Start.NEVER;
    self[0].abortRetries();
    assertThat(self[0].awaitQuiet(List.of(segment.partition), Duration.ofSeconds(10))).isTrue();
    assertThat(interrupted).isTrue();
  }

  @Test
  void closing_whatRuns_isAwaited_andTheRestIsNotStarted() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch finish = new CountDownLatch(1);
    AtomicInteger delivered = new AtomicInteger();
    Segment segment = segment(100);
    Workers workers =
        workers(
            1,
            (s, index) -> {
              started.countDown();
              awaitUninterruptibly(finish);
              delivered.incrementAndGet();
              return Outcome.SETTLED;
            });
    workers.add(new Lanes(Ordering.PARTITION, 1).distribute(segment));
    started.await();
    segment.partition.start = Start.NEVER;
    assertThat(workers.awaitQuiet(List.of(segment.partition), Duration.ZERO)).isFalse();
    finish.countDown();
    assertThat(workers.awaitQuiet(List.of(segment.partition), Duration.ofSeconds(10))).isTrue();
    assertThat(delivered).hasValue(1);
  }

  @Test
  void held_partition_startsNothing_untilItIsReleased() throws Exception {
    CountDownLatch others = new CountDownLatch(50);
    CountDownLatch all = new CountDownLatch(150);
    Workers workers =
        workers(
            4,
            (s, index) -> {
              if (s.partition.id.partition() == 1) {
                others.countDown();
              }
              all.countDown();
              return Outcome.SETTLED;
            });
    Lanes lanes = new Lanes(Ordering.KEY, 200);
    Segment held = segment(100);
    held.partition.start = Start.HELD;
    AssignedPartition p1 = new AssignedPartition(new TopicPartition("orders", 1));
    workers.add(lanes.distribute(held));
    workers.add(lanes.distribute(p1.take(records(p1.id, 50))));
    awaitUninterruptibly(others);
    await().until(() -> held.partition.held.size() == 100);
    assertThat(all.getCount()).isEqualTo(100);
    held.partition.start = Start.YES;
    workers.release(held.partition);
    awaitUninterruptibly(all);
  }

  /** Holds and releases at any moment lose no lane, and keep each in order. */
  @Test
  void heldAndReleasedAtRandom_everythingIsDeliveredInOrder() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int round = 0; round < 20; round++) {
      int total = 3_000;
      CountDownLatch delivered = new CountDownLatch(total);
      AtomicInteger[] next = new AtomicInteger[10];
      Arrays.setAll(next, i -> new AtomicInteger(i));
      AtomicReference<String> violation = new AtomicReference<>();
      Workers workers =
          workers(
              3,
              (s, index) -> {
                int offset = (int) s.offset(index);
                if (!next[offset % 10].compareAndSet(offset, offset + 10)) {
                  violation.set("offset " + offset + " out of turn");
                }
                delivered.countDown();
                return Outcome.SETTLED;
              });
      Lanes lanes = new Lanes(Ordering.KEY, 200);
      AssignedPartition partition = new AssignedPartition(Records.P0);
      for (int sent = 0; sent < total; sent += 100) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = sent; i < sent + 100; i++) {
          records.add(Records.record(Records.P0, i, "k" + i % 10, "v"));
        }
        workers.add(lanes.distribute(partition.take(records)));
        partition.start = random.nextBoolean() ? Start.HELD : Start.YES;
        if (partition.start == Start.YES) {
          workers.release(partition);
        }
      }
      partition.start = Start.YES;
      workers.release(partition);
      awaitUninterruptibly(delivered);
      assertThat(violation.get()).as("seed %d, round %d", seed, round).isNull();
      workers.close();
    }
  }

  /** A record that comes into a lane just when its worker gives it back must not stay there. */
  @Test
  void laneFilledAsItIsGivenBack_losesNothing() {
    AtomicInteger started = new AtomicInteger();
    Workers workers =
        workers(
            2,
            (s, index) -> {
              started.incrementAndGet();
              spin(ThreadLocalRandom.current().nextInt(4_000));
              return Outcome.SETTLED;
            });
    Lanes lanes = new Lanes(Ordering.PARTITION, 200);
    AssignedPartition partition = new AssignedPartition(Records.P0);
    for (int round = 1; round <= 100_000; round++) {
      workers.add(lanes.distribute(partition.take(records(partition.id, 1))));
      long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
      while (started.get() < round) {
        workers.nudge();
        assertThat(System.nanoTime()).as("round %d", round).isLessThan(patience);
        Thread.onSpinWait();
      }
    }
  }

  private static void spin(long nanos) {
    long until = System.nanoTime() + nanos;
    while (System.nanoTime() < until) {
      Thread.onSpinWait();
    }
  }

  /** A lane that is put aside just when its partition goes on must not stay aside. */
  @Test
  void released_whileLanesArePutAside_forgetsNone() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    AtomicInteger delivered = new AtomicInteger();
    Workers workers =
        workers(
            2,
            (s, index) -> {
              delivered.incrementAndGet();
              return Outcome.SETTLED;
            });
    Lanes lanes = new Lanes(Ordering.KEY, 200);
    AssignedPartition partition = new AssignedPartition(Records.P0);
    for (int round = 1; round <= 5_000; round++) {
      partition.start = Start.HELD;
      workers.add(lanes.distribute(partition.take(records(partition.id, 2))));
      spin(random.nextInt(40_000));
      partition.start = Start.YES;
      workers.release(partition);
      long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
      while (delivered.get() < 2 * round) {
        workers.nudge();
        assertThat(System.nanoTime()).as("seed %d, round %d", seed, round).isLessThan(patience);
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void failure_nothingBehindItInItsLane_isDelivered() {
    AtomicInteger delivered = new AtomicInteger();
    Lanes lanes = new Lanes(Ordering.PARTITION, 2);
    Workers workers =
        workers(
            2, (s, index) -> delivered.incrementAndGet() < 3 ? Outcome.SETTLED : Outcome.FAILED);
    AssignedPartition partition = new AssignedPartition(Records.P0);
    workers.add(lanes.distribute(partition.take(Records.at(Records.P0, 0, 1, 2, 3, 4))));
    await().untilAsserted(() -> assertThat(partition.running).hasValue(0));
    await().untilAsserted(() -> assertThat(delivered).hasValue(3));
    assertThat(lanes.distribute(partition.take(Records.at(Records.P0, 5)))).isEmpty();
  }

  @Test
  void close_idleThreads_end() {
    CountDownLatch delivered = new CountDownLatch(3);
    AtomicReference<Thread> worker = new AtomicReference<>();
    Workers workers =
        workers(
            1,
            (s, index) -> {
              worker.set(Thread.currentThread());
              delivered.countDown();
              return Outcome.SETTLED;
            });
    workers.add(new Lanes(Ordering.NONE, 1).distribute(segment(3)));
    awaitUninterruptibly(delivered);
    workers.close();
    await().until(() -> !worker.get().isAlive());
  }

  private static Segment segment(int records) {
    return new AssignedPartition(Records.P0).take(records(Records.P0, records));
  }

  private static List<ConsumerRecord<byte[], byte[]>> records(TopicPartition partition, int size) {
    return Records.at(partition, LongStream.range(0, size).toArray());
  }

  private static void awaitRetry(Workers workers, AssignedPartition partition, Duration delay) {
    try {
      workers.awaitRetry(delay, partition);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
