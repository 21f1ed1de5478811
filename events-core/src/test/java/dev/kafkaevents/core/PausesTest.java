package dev.kafkaevents.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaevents.PauseReason;
import dev.kafkaevents.core.AssignedPartition.Start;
import dev.kafkaevents.core.Workers.Outcome;
import dev.kafkaevents.spi.EventsProbe;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class PausesTest {
  private static final int MOST_UNTOLD = 10;

  /**
   * Random histories of what the user asks, back-pressure, and partitions that come and go: after
   * each turn the consumer is paused for exactly those with a reason, and each change was told.
   */
  @Test
  void randomHistories_agreeWithANaiveModel() {
    long seed = new Random().nextLong();
    for (int history = 0; history < 2_000; history++) {
      new History(new Random(seed + history), "seed " + seed + ", history " + history).run();
    }
  }

  private static final class History implements EventsProbe {
    private final Random random;
    private final String seed;
    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    private final Workers workers =
        new Workers(EventsRuntime.system(), "pauses", 1, (segment, index) -> Outcome.SETTLED);
    private final Pauses pauses =
        new Pauses(consumer, workers, this, "billing", "orders", MOST_UNTOLD);

    private final Map<TopicPartition, AssignedPartition> assigned = new HashMap<>();
    private final Map<Integer, Set<PauseReason>> told = new HashMap<>();
    private final Set<Integer> userSome = new HashSet<>();
    private boolean userAll;
    private boolean full;
    private Pauses.Asked asked = Pauses.Asked.NOTHING;

    History(Random random, String seed) {
      this.random = random;
      this.seed = seed;
    }

    @Override
    public void paused(String group, String topic, int partition, Set<PauseReason> reasons) {
      assertThat(reasons).as(seed).isNotEqualTo(told.getOrDefault(partition, Set.of()));
      told.put(partition, reasons);
    }

    void run() {
      consumer.subscribe(List.of("orders"));
      for (int step = 0; step < 40; step++) {
        switch (random.nextInt(8)) {
          case 0 -> rebalance();
          case 1 -> {
            userAll = true;
            asked = asked.withAll();
          }
          case 2 -> {
            userAll = false;
            userSome.clear();
            asked = Pauses.Asked.NOTHING;
          }
          case 3 -> {
            Set<Integer> some = someNumbers();
            userSome.addAll(some);
            asked = asked.with(some);
          }
          case 4 -> {
            Set<Integer> some = someNumbers();
            userSome.removeAll(some);
            asked = asked.without(some);
          }
          case 5 -> holdOrNot();
          default -> full = random.nextBoolean();
        }
        if (workers.haveHoldsChanged()) {
          pauses.lookAgain();
        }
        pauses.apply(assigned.values(), full, asked);
        judge();
      }
    }

    /** Any partition may go, come, or go and come at once, as with the eager protocol. */
    private void rebalance() {
      boolean eager = random.nextBoolean();
      for (int i = 0; i < 5; i++) {
        TopicPartition id = new TopicPartition("orders", i);
        boolean wanted = random.nextBoolean();
        if ((eager || !wanted) && assigned.remove(id) != null) {
          consumer.resume(List.of(id)); // The mock forgets no pause by itself.
          told.remove(i);
        }
        if (wanted) {
          assigned.computeIfAbsent(id, AssignedPartition::new);
        }
      }
      if (eager) {
        consumer.rebalance(List.of());
      }
      consumer.rebalance(assigned.keySet());
      pauses.lookAgain();
    }

    /** Deliveries begin and end to hold their partitions. */
    private void holdOrNot() {
      for (AssignedPartition partition : assigned.values()) {
        if (random.nextBoolean()) {
          workers.hold(partition);
        } else if (partition.holders.get() > 0) {
          workers.letGoOn(partition);
        }
      }
    }

    private Set<Integer> someNumbers() {
      Set<Integer> some = new HashSet<>();
      for (int i = 0; i < 5; i++) {
        if (random.nextBoolean()) {
          some.add(i);
        }
      }
      return some;
    }

    private void judge() {
      Set<TopicPartition> paused = new HashSet<>();
      for (AssignedPartition partition : assigned.values()) {
        int number = partition.id.partition();
        Set<PauseReason> reasons = EnumSet.noneOf(PauseReason.class);
        if (userAll || userSome.contains(number)) {
          reasons.add(PauseReason.USER);
        }
        if (full) {
          reasons.add(PauseReason.BACK_PRESSURE);
        }
        if (partition.holders.get() > 0) {
          reasons.add(PauseReason.DEPENDENCY);
        }
        if (!reasons.isEmpty()) {
          paused.add(partition.id);
        }
        assertThat(partition.progress.pauses()).as(seed).isEqualTo(reasons);
        assertThat(told.getOrDefault(number, Set.of())).as(seed).isEqualTo(reasons);
        assertThat(partition.start)
            .as(seed)
            .isEqualTo(reasons.contains(PauseReason.USER) ? Start.HELD : Start.YES);
      }
      assertThat(consumer.paused()).as(seed).isEqualTo(paused);
    }
  }

  @Test
  void settledFarBeyondWhatACommitTells_pausesThatPartitionOnly() {
    MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    Workers workers =
        new Workers(EventsRuntime.system(), "pauses", 1, (segment, index) -> Outcome.SETTLED);
    Pauses pauses = new Pauses(consumer, workers, Probes.SILENT, "billing", "orders", MOST_UNTOLD);
    AssignedPartition ahead = new AssignedPartition(Records.P0);
    AssignedPartition other = new AssignedPartition(new TopicPartition("orders", 1));
    List<AssignedPartition> both = List.of(ahead, other);
    consumer.subscribe(List.of("orders"));
    consumer.rebalance(List.of(ahead.id, other.id));
    List<Segment> segments = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      segments.add(ahead.take(Records.at(Records.P0, 2L * i, 2L * i + 1)));
      Records.settle(segments.get(i), 1);
    }

    ahead.committable(0);
    pauses.lookAgain();
    pauses.apply(both, false, Pauses.Asked.NOTHING);
    assertThat(consumer.paused()).containsExactly(ahead.id);

    for (Segment segment : segments.subList(0, 92)) {
      Records.settle(segment, 0);
    }
    ahead.committable(0);
    pauses.lookAgain();
    pauses.apply(both, false, Pauses.Asked.NOTHING);
    assertThat(consumer.paused()).as("8 are untold, more than half").containsExactly(ahead.id);

    for (Segment segment : segments.subList(92, 96)) {
      Records.settle(segment, 0);
    }
    ahead.committable(0);
    pauses.lookAgain();
    pauses.apply(both, false, Pauses.Asked.NOTHING);
    assertThat(consumer.paused()).isEmpty();
  }
}
