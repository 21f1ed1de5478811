package dev.kafkaevents.resilience;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaevents.Event;
import dev.kafkaevents.Events;
import dev.kafkaevents.Message;
import dev.kafkaevents.Position;
import dev.kafkaevents.PublishException;
import dev.kafkaevents.PublishException.Outcome;
import dev.kafkaevents.PublishResult;
import dev.kafkaevents.Topic;
import dev.kafkaevents.serde.json.JsonSerde;
import dev.kafkaevents.testkit.memory.InMemoryKafka;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A publisher with a spool, on a Kafka in memory whose outages are those of the circuit. */
@Timeout(120)
class PublishSpoolTest {
  record Order(String id, int number) {}

  private static final Topic<Order> ORDERS = Topic.of("orders", Order.class).keyedBy(Order::id);
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir Path temporary;

  private final InMemoryKafka kafka = InMemoryKafka.start();
  private final CircuitBreaker circuit =
      CircuitBreaker.of(
          "events.publisher.orders",
          CircuitBreakerConfig.custom()
              .permittedNumberOfCallsInHalfOpenState(1)
              .waitDurationInOpenState(Duration.ofMillis(50))
              .maxWaitDurationInHalfOpenState(Duration.ofSeconds(10))
              .build());
  private final AtomicInteger seenInside = new AtomicInteger();
  private volatile boolean isBufferClosed;

  @AfterEach
  void close() {
    kafka.close();
  }

  private Spool open() {
    return Spool.open(temporary.resolve("spool"), 1 << 26);
  }

  private Events events(Spool spool) {
    return kafka
        .events("shop")
        .serde(JsonSerde.factory())
        .onPublish(PublishBreaker.with(circuit).spoolingTo(spool))
        .onPublish(
            (event, chain) -> {
              if (isBufferClosed) {
                return CompletableFuture.failedFuture(
                    new PublishException(Outcome.NOT_STORED, "no metadata", null));
              }
              seenInside.incrementAndGet();
              return chain.proceed(event.withHeader("tenant", "acme"));
            })
        .build();
  }

  private List<ConsumerRecord<byte[], byte[]>> records() {
    try (Consumer<byte[], byte[]> consumer =
        kafka.consumer(Map.of(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          IntStream.range(0, 2).mapToObj(i -> new TopicPartition("orders", i)).toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      long end = consumer.endOffsets(partitions).values().stream().mapToLong(Long::longValue).sum();
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      while (records.size() < end) {
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
      return records;
    }
  }

  private static String text(byte[] bytes) {
    return bytes == null ? "null" : new String(bytes, UTF_8);
  }

  private static Outcome outcome(CompletableFuture<?> publish) {
    Throwable failure = publish.handle((stored, why) -> why).orTimeout(30, SECONDS).join();
    assertThat(failure).isInstanceOf(PublishException.class);
    return ((PublishException) failure).outcome();
  }

  private static void awaitEmpty(Spool spool) {
    await().atMost(SOON).until(() -> spool.contents().messages() == 0);
  }

  @Test
  void eventThatIsSpooled_arrivesAsItWouldHaveWithout_andInterceptorsSeeItOnce() {
    kafka.createTopic("orders", 2);
    try (Spool spool = open();
        Events events = events(spool)) {
      Event<Order> event = events.event(ORDERS, new Order("o-1", 1));
      events.publish(ORDERS, event).join();
      circuit.transitionToForcedOpenState();
      assertThat(outcome(events.publish(ORDERS, event))).isEqualTo(Outcome.SPOOLED);
      assertThat(records()).hasSize(1);
      circuit.transitionToClosedState();
      awaitEmpty(spool);

      List<ConsumerRecord<byte[], byte[]>> records = records();
      assertThat(records).hasSize(2);
      assertThat(records.get(1).key()).isEqualTo(records.get(0).key());
      assertThat(records.get(1).value()).isEqualTo(records.get(0).value());
      assertThat(headers(records.get(1)))
          .isEqualTo(headers(records.get(0)))
          .contains("tenant=acme");
      assertThat(seenInside).hasValue(2);
    }
  }

  private static List<String> headers(ConsumerRecord<byte[], byte[]> record) {
    return StreamSupport.stream(record.headers().spliterator(), false)
        .map(header -> header.key() + "=" + text(header.value()))
        .toList();
  }

  @Test
  void openCircuit_isClosedByWhatIsSpooled_withoutAnybodyPublishing() {
    kafka.createTopic("orders", 2);
    try (Spool spool = open();
        Events events = events(spool)) {
      circuit.transitionToOpenState();
      assertThat(outcome(events.publish(ORDERS, new Order("o-1", 1)))).isEqualTo(Outcome.SPOOLED);
      awaitEmpty(spool);
      await().atMost(SOON).until(() -> circuit.getState() == State.CLOSED);
      events.publish(ORDERS, new Order("o-1", 2)).join();
      assertThat(records()).hasSize(2);
    }
  }

  @Test
  void whatIsInFlight_isWaitedFor_beforeWhatIsSpooledIsSent() {
    try (Spool spool = open()) {
      PublishSpool spooling =
          new PublishSpool(
              spool, new FakePublishing(new FakeHealth()), PublishBreaker.with(circuit));
      CompletableFuture<Position> inFlight = new CompletableFuture<>();
      var same = spooling.direct(() -> inFlight);
      assertThat(same).isNotDone();
      assertThat(spooling.room()).isZero();
      inFlight.complete(new Position("orders", 0, 0));
      assertThat(spooling.room()).isPositive();
    }
  }

  @Test
  void permitThatWasNotUsed_isStillThere() {
    try (Spool spool = open()) {
      PublishSpool spooling =
          new PublishSpool(
              spool, new FakePublishing(new FakeHealth()), PublishBreaker.with(circuit));
      circuit.transitionToOpenState();
      circuit.transitionToHalfOpenState();
      assertThat(spooling.room()).isEqualTo(1);
      assertThat(spooling.room()).isEqualTo(1);
      spooling.stored();
      assertThat(circuit.getState()).isEqualTo(State.CLOSED);
    }
  }

  @Test
  void tombstone_goesBehindWhatIsSpooled() {
    kafka.createTopic("orders", 2);
    try (Spool spool = open();
        Events events = events(spool)) {
      circuit.transitionToForcedOpenState();
      assertThat(outcome(events.publish(ORDERS, new Order("o-1", 1)))).isEqualTo(Outcome.SPOOLED);
      assertThat(outcome(events.publishTombstone(ORDERS, "o-1"))).isEqualTo(Outcome.SPOOLED);
      circuit.transitionToClosedState();
      awaitEmpty(spool);
      events.publishTombstone(ORDERS, "o-1").join();

      assertThat(records())
          .extracting(record -> text(record.value()))
          .containsExactly("{\"id\":\"o-1\",\"number\":1}", "null", "null");
    }
  }

  @Test
  void messageThatIsSentAsItIs_goesTheSameWay() {
    kafka.createTopic("orders", 2);
    try (Spool spool = open();
        Events events = events(spool)) {
      Message message = Message.of("orders", "o-1".getBytes(UTF_8), "bytes".getBytes(UTF_8));
      circuit.transitionToForcedOpenState();
      assertThat(outcome(events.publish(ORDERS, new Order("o-1", 1)))).isEqualTo(Outcome.SPOOLED);
      assertThat(outcome(events.send(message))).isEqualTo(Outcome.SPOOLED);
      assertThat(events.publisherHealth().conditions()).contains(spool.contents());
      circuit.transitionToClosedState();
      awaitEmpty(spool);
      assertThat(records())
          .extracting(record -> text(record.value()))
          .containsExactly("{\"id\":\"o-1\",\"number\":1}", "bytes");
    }
  }

  @Test
  void whatIsLeft_isSentByTheNextApplication_beforeItsOwn() {
    kafka.createTopic("orders", 2);
    try (Spool spool = open();
        Events events = events(spool)) {
      circuit.transitionToForcedOpenState();
      for (int i = 0; i < 100; i++) {
        assertThat(outcome(events.publish(ORDERS, new Order("o-1", i)))).isEqualTo(Outcome.SPOOLED);
      }
    }
    circuit.transitionToClosedState();
    try (Spool spool = open();
        Events events = events(spool)) {
      for (int i = 100; i < 200; i++) {
        Spool.storedOrSpooled(events.publish(ORDERS, new Order("o-1", i))).join();
      }
      awaitEmpty(spool);
      assertThat(records())
          .extracting(record -> text(record.value()))
          .isEqualTo(
              IntStream.range(0, 200)
                  .mapToObj("{\"id\":\"o-1\",\"number\":%d}"::formatted)
                  .toList());
    }
  }

  @Test
  void publishThatDoesNotReachTheSendBuffer_opensIt() {
    kafka.createTopic("orders", 2);
    try (Spool spool = open();
        Events events = events(spool)) {
      isBufferClosed = true;
      assertThat(outcome(events.publish(ORDERS, new Order("o-1", 1))))
          .isEqualTo(Outcome.NOT_STORED);
      isBufferClosed = false;
      assertThat(circuit.getState()).isEqualTo(State.OPEN);
      Spool.storedOrSpooled(events.publish(ORDERS, new Order("o-1", 2))).join();
      awaitEmpty(spool);
      assertThat(records()).hasSize(1);
    }
  }

  /** Four callers, each with a key of its own, while the circuit opens and closes at random. */
  @Test
  void circuitThatOpensAndCloses_losesNothing_repeatsNothing_andKeepsTheOrderOfEachCaller()
      throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    kafka.createTopic("orders", 2);
    int callers = 4;
    int each = 2_000;
    List<List<CompletableFuture<PublishResult>>> published = new ArrayList<>();
    try (Spool spool = open();
        Events events = events(spool)) {
      List<Thread> threads = new ArrayList<>();
      for (int caller = 0; caller < callers; caller++) {
        List<CompletableFuture<PublishResult>> own = new ArrayList<>();
        published.add(own);
        String key = "caller-" + caller;
        Thread thread =
            new Thread(
                () -> {
                  for (int i = 0; i < each; i++) {
                    own.add(events.publish(ORDERS, new Order(key, i)));
                    LockSupport.parkNanos(100_000);
                  }
                });
        threads.add(thread);
        thread.start();
      }
      while (threads.stream().anyMatch(Thread::isAlive)) {
        if (random.nextBoolean()) {
          circuit.transitionToOpenState();
        } else {
          circuit.transitionToClosedState();
        }
        LockSupport.parkNanos(random.nextInt(20_000_000));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      circuit.transitionToClosedState();
      awaitEmpty(spool);
      events.flush(SOON);
      Map<String, List<String>> byKey = new HashMap<>();
      records()
          .forEach(
              record ->
                  byKey
                      .computeIfAbsent(text(record.key()), key -> new ArrayList<>())
                      .add(text(record.value())));
      for (int caller = 0; caller < callers; caller++) {
        String key = "caller-" + caller;
        assertThat(byKey.get(key))
            .as("seed %d", seed)
            .isEqualTo(
                IntStream.range(0, each)
                    .mapToObj(i -> "{\"id\":\"%s\",\"number\":%d}".formatted(key, i))
                    .toList());
      }
      long spooled =
          published.stream()
              .flatMap(List::stream)
              .filter(CompletableFuture::isCompletedExceptionally)
              .peek(one -> assertThat(outcome(one)).isEqualTo(Outcome.SPOOLED))
              .count();
      assertThat(spooled).as("seed %d", seed).isBetween(1L, (long) callers * each - 1);
    }
  }
}
