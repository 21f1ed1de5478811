package dev.kafkaevents.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaevents.testkit.KafkaBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The broker is down, and so is the application, again and again: what is on the disk survives. */
@Timeout(1800)
class SpoolIT {
  private static final int PARTITIONS = 4;

  /** What may be sent again after a crash: as many as are sent at once. */
  private static final int WINDOW = 1_000;

  @TempDir Path directory;

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);

  @Test
  void applicationKilled_whileTheBrokerIsDown_andWhileItComesBack_losesNothingItWasToldIsKept() {
    System.out.println("seed of the moments of death: " + seed);
    try (KafkaBroker broker = KafkaBroker.start()) {
      Cluster cluster = Cluster.of(broker);
      String topic = cluster.newTopic(PARTITIONS);
      SpoolingService service = new SpoolingService(cluster, topic, directory.resolve("spool"));
      service.start();
      try {
        awaitMore(service, "STORED", 500);
        broker.kill();
        for (int life = 0; life < Scale.SPOOLING_LIVES; life++) {
          awaitMore(
              service,
              "SPOOLED",
              Scale.SPOOLED_EACH_LIFE / 2 + random.nextInt(Scale.SPOOLED_EACH_LIFE));
          service.kill();
          boolean isLast = life == Scale.SPOOLING_LIVES - 1;
          service.start(isLast ? 1 + random.nextInt(Scale.SPOOLED_EACH_LIFE / 2) : 0);
        }
        await().atMost(Duration.ofMinutes(1)).until(() -> service.left() > 0);
        broker.restart();
        assertThat(service.awaitDeath()).as("seed %d: while it sends", seed).isTrue();
        service.start();
        await().atMost(Duration.ofMinutes(2)).until(() -> service.left() == 0);
        awaitMore(service, "STORED", 500);
        assertThat(service.close()).as("closed in order").isTrue();
      } finally {
        service.kill();
      }
      long[] emptied = service.emptied();
      System.out.printf(
          "%d stored, %d spooled, outcomes %s; the last life sent %d spooled messages in %d ms, %d a"
              + " second%n",
          service.told("STORED").size(),
          service.told("SPOOLED").size(),
          service.outcomes(),
          emptied[0],
          emptied[1] / 1_000_000,
          emptied[0] * 1_000_000_000L / Math.max(1, emptied[1]));
      judge(service, records(cluster, topic));
    }
  }

  private static void awaitMore(SpoolingService service, String outcome, int more) {
    int enough = service.told(outcome).size() + more;
    await(outcome + " events of " + service)
        .atMost(Duration.ofMinutes(5))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> service.told(outcome).size() >= enough);
  }

  private void judge(SpoolingService service, List<Step> records) {
    Set<Step> there = new HashSet<>();
    Map<String, Integer> newest = new HashMap<>();
    Map<String, Integer> last = new HashMap<>();
    int repeats = 0;
    for (Step step : records) {
      last.put(step.key(), step.number());
      if (there.add(step)) {
        Integer before = newest.put(step.key(), step.number());
        assertThat(before == null ? -1 : before)
            .as("seed %d: what is before %s", seed, step)
            .isLessThan(step.number());
      } else {
        repeats++;
      }
    }
    assertThat(there).as("seed %d: kept", seed).containsAll(service.told("SPOOLED"));
    assertThat(there).as("seed %d: stored", seed).containsAll(service.told("STORED"));
    assertThat(service.told("NOT_STORED"))
        .as("seed %d: not stored", seed)
        .noneMatch(there::contains);
    assertThat(service.outcomes()).isSubsetOf("STORED", "SPOOLED", "NOT_STORED", "UNKNOWN");
    System.out.println(repeats + " repeats");
    assertThat(repeats).as("seed %d: one crash with some on their way", seed).isBetween(0, WINDOW);
    assertThat(last).as("seed %d: the end of each key is its newest", seed).isEqualTo(newest);
  }

  private static List<Step> records(Cluster cluster, String topic) {
    List<TopicPartition> partitions =
        IntStream.range(0, PARTITIONS).mapToObj(i -> new TopicPartition(topic, i)).toList();
    List<Step> records = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", cluster.bootstrapServers()),
            new StringDeserializer(),
            new StringDeserializer())) {
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      long end = cluster.end(topic, PARTITIONS).values().stream().mapToLong(Long::longValue).sum();
      while (records.size() < end) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
          String value = record.value();
          int colon = value.lastIndexOf(':');
          records.add(
              new Step(value.substring(0, colon), Integer.parseInt(value.substring(colon + 1))));
        }
      }
    }
    return records;
  }
}
