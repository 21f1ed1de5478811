package dev.kafkaevents.resilience;

import static dev.kafkaevents.testkit.assertions.EventsAssertions.assertThatGroup;
import static dev.kafkaevents.testkit.assertions.EventsAssertions.assertThatTopic;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaevents.EventHandler;
import dev.kafkaevents.Events;
import dev.kafkaevents.FailureClass;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Topic;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.serde.json.JsonSerde;
import dev.kafkaevents.spi.DeliveryInterceptor;
import dev.kafkaevents.spi.EventsBuilder;
import dev.kafkaevents.testkit.junit.EventsTest;
import dev.kafkaevents.testkit.junit.TestKafka;
import dev.kafkaevents.testkit.memory.InMemoryKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The code in docs/resilience.md is this code, and it runs. */
@EventsTest
class GuideTest {
  private static final Path GUIDE = Path.of("../docs/resilience.md");
  private static final Path SELF =
      Path.of("src/test/java/dev/kafkaevents/resilience/GuideTest.java");

  record Order(String id) {}

  private static final Topic<Order> ORDERS = Topic.of("orders", Order.class).keyedBy(Order::id);

  private final SubscribeOptions billing = SubscribeOptions.group("billing");
  private final List<String> billed = new CopyOnWriteArrayList<>();
  private boolean databaseIsDown = true;

  private static void assemble(EventsBuilder builder) {
    // GUIDE
    Breaker payments = Breaker.around("payments-db", failure -> failure instanceof SQLException);
    builder
        .onDelivery(DeadLetter.toTopicWithSuffix(".dlq"))
        .onDelivery(
            Retry.upTo(5, Duration.ofMillis(100))
                .within(Duration.ofMinutes(2))
                .spending(RetryBudget.of(10, 0.1))
                .classifying(
                    failure ->
                        failure instanceof NoSuchFileException ? FailureClass.REJECTED : null))
        .onDelivery(payments.onlyFor(delivery -> delivery.group().equals("billing")));
    // GUIDE ends
  }

  @Test
  void theCodeOfTheGuide_answersEachFailureAsItSays() throws Exception {
    List<DeliveryInterceptor> installed = new ArrayList<>();
    assemble(new ResilienceTest.RecordingBuilder(installed));
    DeliveryInterceptor[] interceptors = installed.toArray(new DeliveryInterceptor[0]);

    FakeChain database =
        new FakeChain(
            d -> {
              if (databaseIsDown) {
                throw new SQLException("down");
              }
            },
            interceptors);
    database.onWait(wait -> databaseIsDown = false);
    assertThat(database.deliver(FakeDelivery.of("orders"))).isEqualTo(Settlement.handled());
    assertThat(database.holds).containsExactly(DeliveryInterceptor.Hold.LANE);
    assertThat(database.delays).isEmpty();

    FakeChain file =
        new FakeChain(
            d -> {
              throw new NoSuchFileException("gone");
            },
            interceptors);
    file.deliver(FakeDelivery.of("orders"));
    assertThat(file.handled()).isEqualTo(1);
    assertThat(file.publisher.sent).hasSize(1);

    FakeChain other =
        new FakeChain(
            d -> {
              throw new IOException("passing");
            },
            interceptors);
    other.deliver(FakeDelivery.of("orders"));
    assertThat(other.handled()).isEqualTo(5);
    assertThat(other.publisher.sent).hasSize(1);
  }

  @Test
  void retriesMuchLater_areReadWhereTheyAre(TestKafka kafka) {
    kafka.createTopic("orders", 1);
    kafka.createTopic("orders.billing.retry", 1);
    kafka.createTopic("orders.dlq", 1);
    // GUIDE
    UnorderedRetry later = UnorderedRetry.after(Duration.ofMinutes(10), Duration.ofHours(2));
    // GUIDE ends
    Events events =
        kafka.events(
            builder -> {
              builder.serde(JsonSerde.factory());
              // GUIDE
              builder
                  .onDelivery(DeadLetter.toTopicWithSuffix(".dlq"))
                  .onDelivery(later)
                  .onDelivery(Retry.upTo(3, Duration.ofMillis(100)));
              // GUIDE ends
              return builder;
            });
    EventHandler<Order> handler =
        order -> {
          if (order.topic().name().equals("orders")) {
            throw new IOException("not now");
          }
          billed.add(order.payload().id());
        };
    // GUIDE
    events.subscribe(ORDERS, billing, handler);
    later.subscribe(events, ORDERS, billing, handler);
    // GUIDE ends
    events.publish(ORDERS, new Order("o-1")).join();
    kafka.settle();
    assertThat(billed).containsExactly("o-1");
    assertThatGroup(kafka, "billing").isCaughtUpWith(ORDERS);
  }

  @Test
  void breakerAroundAPublisher_lets_whatIsStored_pass(TestKafka kafka) {
    kafka.createTopic("orders", 1);
    Events refusing =
        kafka.events(
            builder -> {
              builder.serde(JsonSerde.factory());
              // GUIDE
              builder.onPublish(PublishBreaker.named("orders"));
              // GUIDE ends
              return builder;
            });
    Events waiting =
        kafka.events(
            builder -> {
              builder.serde(JsonSerde.factory());
              // GUIDE
              builder.onPublish(PublishBreaker.named("orders").waitingFor(Duration.ofSeconds(30)));
              // GUIDE ends
              return builder;
            });
    refusing.publish(ORDERS, new Order("o-1")).join();
    waiting.publish(ORDERS, new Order("o-2")).join();
    assertThatTopic(kafka, ORDERS).hasSize(2);
  }

  @Test
  void eventOfAClusterThatIsThere_isStored_andNotSpooled(@TempDir Path directory) {
    Order order = new Order("o-1");
    try (InMemoryKafka kafka = InMemoryKafka.start()) {
      kafka.createTopic("orders", 1);
      KafkaEvents.Builder builder = kafka.events("shop").serde(JsonSerde.factory());
      // GUIDE
      try (Spool spool = Spool.open(directory, 1L << 30);
          Events events =
              builder.onPublish(PublishBreaker.named("orders").spoolingTo(spool)).build()) {
        Spool.storedOrSpooled(events.publish(ORDERS, order)).join();
      }
      // GUIDE ends
    }
    assertThat(directory.resolve("quarantine")).isEmptyDirectory();
  }

  @Test
  void replayedEvents_areReadByTheSameHandler(TestKafka kafka) {
    kafka.createTopic("orders.billing.replay", 1);
    Events events = kafka.events(builder -> builder.serde(JsonSerde.factory()));
    EventHandler<Order> handler = order -> billed.add(order.payload().id());
    // GUIDE
    events.subscribe(ORDERS.withName("orders.billing.replay"), billing, handler);
    // GUIDE ends
    events.publish(ORDERS.withName("orders.billing.replay"), new Order("o-1")).join();
    kafka.settle();
    assertThat(billed).containsExactly("o-1");
  }

  /** All that is marked here, in its order, is all the code that is there. */
  @Test
  void theCodeOfTheGuide_isThis() throws IOException {
    List<String> here = new ArrayList<>();
    boolean in = false;
    for (String line : Files.readAllLines(SELF)) {
      if (line.strip().startsWith("// GUIDE")) {
        in = !line.strip().endsWith("ends");
      } else if (in && !line.isBlank()) {
        here.add(line.strip());
      }
    }
    List<String> there = new ArrayList<>();
    String language = null;
    for (String line : Files.readAllLines(GUIDE)) {
      if (line.startsWith("```")) {
        language = language == null ? line.substring(3) : null;
        assertThat(language).as("line %s", line).isIn(null, "java", "sh");
      } else if ("java".equals(language) && !line.isBlank()) {
        there.add(line.strip());
      }
    }
    assertThat(there).isEqualTo(here);
  }
}
