package dev.kafkaevents.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaevents.Envelope;
import dev.kafkaevents.EventPublisher;
import dev.kafkaevents.Events;
import dev.kafkaevents.Topic;
import dev.kafkaevents.resilience.DeadLetter;
import dev.kafkaevents.resilience.DeadLetterDialect;
import dev.kafkaevents.resilience.Retry;
import dev.kafkaevents.serde.json.JsonSerde;
import dev.kafkaevents.testkit.memory.InMemoryKafka;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.kafka.support.serializer.JacksonJsonDeserializer;
import org.springframework.kafka.support.serializer.JacksonJsonSerializer;
import tools.jackson.databind.json.JsonMapper;

/** The code of docs/migrating.md: ours, and what it takes the place of where that runs. */
@Timeout(60)
class MigratingGuideTest {
  record OrderPlaced(String orderId, BigDecimal total) {}

  static final Topic<OrderPlaced> ORDERS =
      Topic.of("orders", OrderPlaced.class).keyedBy(OrderPlaced::orderId);

  private static final Map<String, Object> BILLING =
      Map.of("group.id", "billing", "enable.auto.commit", false, "auto.offset.reset", "earliest");

  private final InMemoryKafka kafka = InMemoryKafka.start();
  private final JsonMapper mapper = JsonSerde.mapper();
  private final List<String> charged = new CopyOnWriteArrayList<>();

  @BeforeEach
  void createTopics() {
    kafka.createTopic("orders", 1);
    kafka.createTopic("orders-dlt", 1);
  }

  @AfterEach
  void close() {
    kafka.close();
  }

  private static OrderPlaced order(String id) {
    return new OrderPlaced(id, new BigDecimal("9.90"));
  }

  private void charge(OrderPlaced order) {
    if (order.total().signum() < 0) {
      throw new IllegalStateException("negative");
    }
    charged.add(order.orderId());
  }

  private void awaitCharged(String... orders) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(charged).containsExactlyInAnyOrder(orders));
  }

  // Plain clients.

  private void place(Producer<String, String> producer, OrderPlaced order)
      throws ExecutionException, InterruptedException {
    String json = mapper.writeValueAsString(order);
    producer.send(new ProducerRecord<>("orders", order.orderId(), json)).get();
  }

  private void bill(Consumer<String, String> consumer, BooleanSupplier running) {
    consumer.subscribe(List.of("orders"));
    while (running.getAsBoolean()) {
      for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) {
        charge(mapper.readValue(record.value(), OrderPlaced.class));
      }
      consumer.commitSync();
    }
  }

  // Ours.

  private static void place(EventPublisher events, OrderPlaced order) {
    events.publish(ORDERS, order).join();
  }

  private Events open(InMemoryKafka kafka) {
    return kafka
        .events("shop")
        .serde(JsonSerde.factory())
        .onDelivery(DeadLetter.toTopicWithSuffix("-dlt").describedFor(DeadLetterDialect.SPRING))
        .onDelivery(Retry.upTo(3, Duration.ofMillis(200)))
        .build();
  }

  private void bill(Events events) {
    events.subscribe(ORDERS, "billing", delivery -> charge(delivery.payload()));
  }

  @Test
  void ours_goesOnWhereAPlainConsumerHasCommitted_withTheRecordsOfAPlainProducer()
      throws Exception {
    try (Producer<String, String> producer =
            kafka.producer(Map.of(), new StringSerializer(), new StringSerializer());
        Consumer<String, String> consumer =
            kafka.consumer(BILLING, new StringDeserializer(), new StringDeserializer())) {
      place(producer, order("o-1"));
      bill(consumer, () -> charged.isEmpty());
      place(producer, order("o-2"));
    }
    try (Events events = open(kafka)) {
      bill(events);
      place(events, order("o-3"));
      awaitCharged("o-1", "o-2", "o-3");
    }
  }

  @Test
  void aPlainConsumer_readsWhatOursWrites_andGoesOnWhereOursHasCommitted() {
    Topic<OrderPlaced> plain = ORDERS.withEnvelope(Envelope.NONE);
    try (Events events = open(kafka)) {
      bill(events);
      place(events, order("o-1"));
      awaitCharged("o-1");
    }
    try (Events events = open(kafka);
        Consumer<String, String> consumer =
            kafka.consumer(BILLING, new StringDeserializer(), new StringDeserializer())) {
      events.publish(plain, order("o-2")).join();
      bill(consumer, () -> charged.size() < 2);
    }
    assertThat(charged).containsExactly("o-1", "o-2");
  }

  @Test
  void deadLetters_haveTheHeadersThatSpringsHave() {
    try (Events events = open(kafka)) {
      bill(events);
      place(events, new OrderPlaced("o-1", new BigDecimal("-9.90")));
      Header topic = firstOf("orders-dlt").headers().lastHeader("kafka_dlt-original-topic");
      assertThat(topic.value()).asString().isEqualTo("orders");
    }
  }

  @Test
  void deadLetters_areWhereSmallRyesAre() {
    kafka.createTopic("dead-letter-topic-orders-in", 1);
    try (Events events =
        kafka
            .events("shop")
            .serde(JsonSerde.factory())
            .onDelivery(DeadLetter.toTopic("dead-letter-topic-orders-in"))
            .build()) {
      bill(events);
      place(events, new OrderPlaced("o-1", new BigDecimal("-9.90")));
      assertThat(firstOf("dead-letter-topic-orders-in").key()).isEqualTo("o-1");
    }
  }

  private ConsumerRecord<String, String> firstOf(String topic) {
    try (Consumer<String, String> consumer =
        kafka.consumer(
            Map.of("group.id", "look", "auto.offset.reset", "earliest"),
            new StringDeserializer(),
            new StringDeserializer())) {
      consumer.subscribe(List.of(topic));
      while (true) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) {
          return record;
        }
      }
    }
  }

  @Test
  void springsJson_isRead_andReadsOurs_ifItIsToldTheType() throws Exception {
    try (Producer<String, Object> producer =
        kafka.producer(Map.of(), new StringSerializer(), new JacksonJsonSerializer<>())) {
      producer.send(new ProducerRecord<>("orders", "o-1", order("o-1"))).get();
    }
    try (Events events = open(kafka);
        Consumer<String, OrderPlaced> consumer =
            kafka.consumer(
                BILLING,
                new StringDeserializer(),
                new JacksonJsonDeserializer<>(OrderPlaced.class))) {
      bill(events);
      awaitCharged("o-1");

      place(events, order("o-2"));
      consumer.assign(List.of(new TopicPartition("orders", 0)));
      consumer.seek(new TopicPartition("orders", 0), 1);
      List<OrderPlaced> read = new ArrayList<>();
      while (read.isEmpty()) {
        consumer.poll(Duration.ofMillis(100)).forEach(record -> read.add(record.value()));
      }
      assertThat(read).containsExactly(order("o-2"));
    }
  }
}
