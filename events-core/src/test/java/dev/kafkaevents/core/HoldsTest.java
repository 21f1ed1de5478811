package dev.kafkaevents.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaevents.Ordering;
import dev.kafkaevents.core.AssignedPartition.Start;
import dev.kafkaevents.core.Workers.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
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

/** Deliveries that let nothing more of their partition begin. */
@Timeout(60)
class HoldsTest {
  private static final Duration LONG = Duration.ofHours(1);

  private final AssignedPartition held = new AssignedPartition(new TopicPartition("orders", 0));
  private final AssignedPartition other = new AssignedPartition(new TopicPartition("orders", 1));
  private final AtomicReference<Workers> workers = new AtomicReference<>();

  private Workers workers(int slots, Workers.Deliverer deliverer) {
    workers.set(new Workers(EventsRuntime.system(), "test-lane", slots, deliverer));
    return workers.get();
  }

  @AfterEach
  void close() {
    workers.get().close();
  }

  private static Segment segment(AssignedPartition partition, int size) {
    return partition.take(Records.at(partition.id, LongStream.range(0, size).toArray()));
  }

  @Test
  void heldPartition_beginsNothing_whileAnotherHasTheSlot() throws Exception {
    CompletableFuture<Void> ready = new CompletableFuture<>();
    CountDownLatch others = new CountDownLatch(20);
    CountDownLatch rest = new CountDownLatch(9);
    AtomicBoolean early = new AtomicBoolean();
    Workers one =
        workers(
            1,
            (segment, index) -> {
              if (segment.partition == other) {
                others.countDown();
              } else if (index > 0) {
                early.compareAndSet(false, !ready.isDone());
                rest.countDown();
              } else {
                holdUntil(ready, held);
              }
              return Outcome.SETTLED;
            });
    Lanes lanes = new Lanes(Ordering.NONE, 100);
    one.add(lanes.distribute(segment(held, 10)));
    one.add(lanes.distribute(segment(other, 20)));

    assertThat(others.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(one.haveHoldsChanged()).isTrue();
    assertThat(one.haveHoldsChanged()).isFalse();
    assertThat(held.isHeld()).isTrue();
    ready.complete(null);
    assertThat(rest.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(early).isFalse();
    assertThat(held.isHeld()).isFalse();
    assertThat(one.haveHoldsChanged()).isTrue();
  }

  @Test
  void heldPartition_thatIsLetGo_endsTheWait() throws Exception {
    CountDownLatch waiting = new CountDownLatch(1);
    AtomicBoolean interrupted = new AtomicBoolean();
    AtomicInteger delivered = new AtomicInteger();
    Workers one =
        workers(
            1,
            (segment, index) -> {
              delivered.incrementAndGet();
              waiting.countDown();
              interrupted.set(!holdUntil(new CompletableFuture<>(), held));
              return Outcome.LEFT;
            });
    one.add(new Lanes(Ordering.NONE, 100).distribute(segment(held, 10)));
    waiting.await();
    held.start = Start.NEVER;
    one.release(held);
    one.abortRetries();

    assertThat(one.awaitQuiet(List.of(held), Duration.ofSeconds(30))).isTrue();
    assertThat(interrupted).isTrue();
    assertThat(delivered).hasValue(1);
  }

  /** However holds begin and end among pauses by the user, no lane is forgotten. */
  @Test
  void randomHolds_deliverEachRecordOnce_inOrderOfKeys() throws Exception {
    long seed = new Random().nextLong();
    for (int history = 0; history < 30; history++) {
      runRandomHolds(new Random(seed + history), "seed " + seed + ", history " + history);
      workers.get().close();
    }
  }

  private void runRandomHolds(Random random, String seed) throws Exception {
    int total = 1_000;
    int every = 3 + random.nextInt(60);
    CountDownLatch delivered = new CountDownLatch(total);
    Map<Object, Long> last = new ConcurrentHashMap<>();
    AtomicReference<String> violation = new AtomicReference<>();
    Workers some =
        workers(
            1 + random.nextInt(6),
            (segment, index) -> {
              ConsumerRecord<byte[], byte[]> record = segment.record(index);
              if (record.offset() % every == 0) {
                CompletableFuture<Void> ready = new CompletableFuture<>();
                EventsRuntime.system()
                    .schedule(Duration.ofNanos(record.offset() * 50), () -> ready.complete(null));
                holdUntil(ready, segment.partition);
              }
              Long before =
                  last.put(new String(record.key(), UTF_8) + record.partition(), record.offset());
              if (before != null && before >= record.offset()) {
                violation.set(seed + ": from " + before + " to " + record.offset());
              }
              delivered.countDown();
              return Outcome.SETTLED;
            });
    AssignedPartition[] partitions = {
      new AssignedPartition(new TopicPartition("orders", 0)),
      new AssignedPartition(new TopicPartition("orders", 1))
    };
    Lanes lanes = new Lanes(Ordering.KEY, 100);
    long[] offsets = new long[2];
    for (int sent = 0; sent < total; ) {
      int p = random.nextInt(2);
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      for (int i = random.nextInt(60); i >= 0 && sent < total; i--, sent++) {
        records.add(Records.record(partitions[p].id, offsets[p]++, "k" + random.nextInt(20), "v"));
      }
      some.add(lanes.distribute(partitions[p].take(records)));
      partitions[p].start = random.nextInt(4) == 0 ? Start.HELD : Start.YES;
      some.release(partitions[p]);
    }
    for (AssignedPartition partition : partitions) {
      partition.start = Start.YES;
      some.release(partition);
    }
    while (!delivered.await(20, TimeUnit.MILLISECONDS)) {
      some.nudge(); // As the poll thread does.
      assertThat(violation.get()).isNull();
    }
    assertThat(violation.get()).isNull();
  }

  /** False if the partition was let go. */
  private boolean holdUntil(CompletableFuture<Void> ready, AssignedPartition partition) {
    Workers all = workers.get();
    all.hold(partition);
    try {
      all.await(ready, LONG, partition);
      return true;
    } catch (InterruptedException e) {
      return false;
    } finally {
      all.letGoOn(partition);
    }
  }
}
