package dev.kafkaevents.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.EventHandler;
import dev.kafkaevents.Events;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Topic;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.resilience.UnorderedRetry;
import dev.kafkaevents.testkit.KafkaBroker;
import dev.kafkaevents.testkit.history.History;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Events that wait in a retry topic while the application dies and the broker does. */
@Timeout(600)
class UnorderedRetryIT {
  private static final int EVENTS = 400;
  private static final Duration DELAY = Duration.ofSeconds(3);
  private static final SubscribeOptions OPTIONS = SubscribeOptions.group("later");

  private final UnorderedRetry later = UnorderedRetry.after(DELAY, DELAY, DELAY);
  private final Steps steps = new Steps();
  private final AtomicInteger failures = new AtomicInteger();
  private final Set<Step> handled = ConcurrentHashMap.newKeySet();
  private volatile boolean isDown = true;

  @Test
  void whatWaits_survivesTheApplicationAndTheBroker_andIsAllHandledInTheEnd() {
    try (KafkaBroker broker = KafkaBroker.start()) {
      Cluster cluster = Cluster.of(broker);
      String name = cluster.newTopic(2);
      String retries = name + ".later.retry";
      cluster.createTopic(retries, 2, Map.of());
      Topic<Step> topic = Step.topic(name);

      Events first = begin(cluster, topic);
      for (int i = 0; i < EVENTS; i++) {
        first.publish(topic, steps.next("key-" + i % 40));
      }
      await()
          .atMost(Duration.ofMinutes(1))
          .until(() -> stored(cluster, retries) >= EVENTS / 2 && failures.get() >= EVENTS / 2);
      first.close(Duration.ZERO);

      Events second = begin(cluster, topic);
      await()
          .atMost(Duration.ofMinutes(1))
          .until(() -> sum(cluster.committed("later")) > 0 && stored(cluster, retries) >= EVENTS);
      broker.kill();
      isDown = false;
      broker.restart();
      await().atMost(Duration.ofMinutes(1)).until(() -> handled.size() == EVENTS);
      second.close();
      // Each record failed at least once where it was first.
      assertThat(failures.get()).isGreaterThanOrEqualTo(EVENTS);
    }
  }

  @Test
  void applicationThatIsKilled_againAndAgain_losesNothingOfIt() throws Exception {
    Map<String, String> settings = new HashMap<>(Protocol.COOPERATIVE.settings());
    settings.putAll(Protocol.COOPERATIVE.sessionTimeout("1000"));
    try (KafkaBroker broker =
        KafkaBroker.builder().setting("group.min.session.timeout.ms", "500").start()) {
      Cluster cluster = Cluster.of(broker);
      String name = cluster.newTopic(2);
      String retries = name + ".later.retry";
      cluster.createTopic(retries, 2, Map.of());
      Set<String> published = new HashSet<>();
      Set<String> done = new HashSet<>();
      int perLife = Math.max(1, EVENTS / Scale.KILLS);
      try (Events events = cluster.events().build()) {
        for (int life = 0; life <= Scale.KILLS; life++) {
          for (int i = 0; i < perLife; i++) {
            published.add(
                events.publish(Step.topic(name), steps.next("key-" + i % 40)).join().eventId());
          }
          try (Service service =
              Service.start(cluster, name, "later", Service.Mode.LATER, History.of(OPTIONS))) {
            service.join("life-" + life, Duration.ZERO, settings);
            boolean isLast = life == Scale.KILLS;
            int enough = isLast ? published.size() : done.size() + perLife / 2;
            await()
                .atMost(Duration.ofMinutes(1))
                .until(
                    () -> {
                      assertThat(service.failures()).isEmpty();
                      return union(done, service.handled()).size() >= enough;
                    });
            service.kill();
            done.addAll(service.handled());
          }
        }
      }
      assertThat(done).isEqualTo(published);
      System.out.printf(
          "%,d events, %,d kept for later: %,d of them twice%n",
          published.size(), stored(cluster, retries), stored(cluster, retries) - published.size());
    }
  }

  private static Set<String> union(Set<String> some, Set<String> others) {
    Set<String> all = new HashSet<>(some);
    all.addAll(others);
    return all;
  }

  private Events begin(Cluster cluster, Topic<Step> topic) {
    Events events =
        KafkaEvents.builder(cluster.config()).serde(Step.serde()).onDelivery(later).build();
    EventHandler<Step> handler = this::handle;
    events.subscribe(topic, OPTIONS, handler);
    later.subscribe(events, topic, OPTIONS, handler);
    return events;
  }

  private void handle(Delivery<Step> step) throws IOException {
    boolean isFirst = !step.topic().name().endsWith(".retry");
    if (isFirst || isDown) {
      failures.incrementAndGet();
      throw new IOException("down");
    }
    handled.add(step.payload());
  }

  private static long stored(Cluster cluster, String topic) {
    return sum(cluster.end(topic, 2));
  }

  private static long sum(Map<Integer, Long> offsets) {
    return offsets.values().stream().mapToLong(Long::longValue).sum();
  }
}
