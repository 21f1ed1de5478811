package dev.kafkaevents.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaevents.Envelope;
import dev.kafkaevents.Events;
import dev.kafkaevents.PublishResult;
import dev.kafkaevents.SerdeException;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Topic;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.core.KafkaSerde;
import dev.kafkaevents.serde.avro.AvroSerde;
import dev.kafkaevents.serde.avro.InMemorySchemas;
import dev.kafkaevents.serde.avro.SchemaRegistry;
import dev.kafkaevents.serde.avro.Schemas;
import dev.kafkaevents.serde.json.JsonSchemas;
import dev.kafkaevents.serde.json.JsonSerde;
import dev.kafkaevents.spi.Serde;
import dev.kafkaevents.testkit.memory.InMemoryKafka;
import dev.kafkaevents.testkit.registry.TestRegistry;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.LongDeserializer;
import org.apache.kafka.common.serialization.LongSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The code and the figures of docs/serdes.md are those of this class, and it runs. */
@Timeout(60)
class SerdesGuideTest {
  private static final Path GUIDE = Path.of("../docs/serdes.md");
  private static final Path SELF =
      Path.of("src/test/java/dev/kafkaevents/faults/SerdesGuideTest.java");

  record OrderPlaced(String orderId, BigDecimal total) {}

  private static final Topic<OrderPlaced> ORDERS =
      Topic.of("orders", OrderPlaced.class).keyedBy(OrderPlaced::orderId);

  private final InMemoryKafka kafka = InMemoryKafka.withVirtualTime(1);
  private final Schemas registry = new InMemorySchemas();
  private final List<Object> handled = new CopyOnWriteArrayList<>();
  private int sized;

  @BeforeEach
  void createTopic() {
    kafka.createTopic("orders", 1);
  }

  @AfterEach
  void close() {
    kafka.close();
  }

  private static OrderPlaced order(int number) {
    return new OrderPlaced("o-" + number, new BigDecimal("9.90"));
  }

  private <T> void publish(Events events, Topic<T> topic, T payload) {
    CompletableFuture<PublishResult> published = events.publish(topic, payload);
    kafka.settle();
    published.join();
  }

  private void handle(Events events, Topic<?> topic, String group) {
    events.subscribe(topic, SubscribeOptions.group(group), event -> handled.add(event.payload()));
    kafka.settle();
  }

  // What is on the wire.

  @Test
  void sizes_areThoseOfTheGuide() throws IOException {
    List<String> rows = new ArrayList<>();
    for (Envelope envelope : Envelope.values()) {
      rows.add(
          "| `Envelope.%s` | %d | %d |"
              .formatted(
                  envelope,
                  size(envelope, JsonSerde.factory()),
                  size(envelope, AvroSerde.factory(registry))));
    }
    assertThat(Files.readString(GUIDE)).contains(rows);
  }

  /** Of key, value and headers. */
  private int size(Envelope envelope, Serde.Factory serde) {
    String name = "orders-%d".formatted(sized++);
    Topic<OrderPlaced> topic =
        Topic.of(name, OrderPlaced.class).keyedBy(OrderPlaced::orderId).withEnvelope(envelope);
    kafka.createTopic(name, 1);
    try (Events events = kafka.events("shop").serde(serde).build()) {
      publish(events, topic, order(1));
    }
    ConsumerRecord<byte[], byte[]> record = record(name);
    int size = record.key().length + record.value().length;
    for (Header header : record.headers()) {
      size += header.key().getBytes(UTF_8).length + header.value().length;
    }
    return size;
  }

  private ConsumerRecord<byte[], byte[]> record(String topic) {
    try (Consumer<byte[], byte[]> consumer =
        kafka.consumer(
            Map.of("auto.offset.reset", "earliest"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(List.of(new TopicPartition(topic, 0)));
      return consumer.poll(Duration.ofSeconds(10)).iterator().next();
    }
  }

  // Which serde.

  @Test
  void choosing_isByTheFirstThatAccepts() {
    KafkaEvents.Builder builder = kafka.events("shop");
    Events events =
        builder
            .serde(AvroSerde.factory(registry).onlyFor(OrderPlaced.class))
            .serde(JsonSerde.factory())
            .build();
    try (events) {
      publish(events, ORDERS, order(1));
      assertThat(record("orders").value()).startsWith(0, 0, 0, 0, 1);
    }
  }

  // JSON Schema.

  @Test
  void schemas_checkBothSides() {
    KafkaEvents.Builder builder = kafka.events("shop");
    JsonSchemas schemas =
        JsonSchemas.of(
            OrderPlaced.class,
            """
            {"required": ["orderId", "total"],
             "properties": {
               "orderId": {"type": "string", "pattern": "^o-[0-9]+$"},
               "total": {"type": "number", "minimum": 0}}}""");
    builder.serde(JsonSerde.factory(schemas)).serde(JsonSerde.factory());
    try (Events events = builder.build()) {
      CompletableFuture<PublishResult> refused =
          events.publish(ORDERS, new OrderPlaced("4711", BigDecimal.ONE));
      kafka.settle();
      assertThatThrownBy(refused::join)
          .rootCause()
          .isInstanceOf(SerdeException.class)
          .hasMessageContaining("pattern at /orderId, by /properties/orderId/pattern");
      publish(events, ORDERS, order(1));
      handle(events, ORDERS, "billing");
      assertThat(handled).containsExactly(order(1));
    }
  }

  // The registry.

  @Test
  void registry_isAskedBefore_andNeededNoMore(@TempDir Path directory) throws IOException {
    String password = "p";
    String first;
    try (ServerSocket nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      first = "http://localhost:" + nobody.getLocalPort();
    }
    byte[] bytes;
    SchemaRegistry registry;
    try (TestRegistry server = TestRegistry.start().requireAuthorization("Basic c2hvcDpw")) {
      String second = server.url();
      bytes = avro(SchemaRegistry.builder(second).basicAuth("shop", password).build());
      registry = preloaded(first, second, password, directory);
    }
    assertThat(avro(registry)).isEqualTo(bytes);
    assertThat(directory).isNotEmptyDirectory();
  }

  private static SchemaRegistry preloaded(
      String first, String second, String password, Path directory) {
    SchemaRegistry registry =
        SchemaRegistry.builder(first, second)
            .basicAuth("shop", password)
            .cacheDirectory(directory)
            .build();
    registry.preload("orders-value");
    return registry;
  }

  @SuppressWarnings("unchecked") // made for that topic
  private static byte[] avro(SchemaRegistry registry) {
    Serde<OrderPlaced> serde =
        (Serde<OrderPlaced>) requireNonNull(AvroSerde.factory(registry).create(ORDERS));
    return serde.encode(order(1), (name, value) -> {});
  }

  // From one format to another.

  @Test
  void topicOnItsWayFromJsonToAvro_isReadInEveryStepByThoseOfTheSameAndTheNext() {
    Serde.Factory json = JsonSerde.factory();
    Serde.Factory avro = AvroSerde.factory(registry);
    KafkaEvents.Builder before = kafka.events("shop").serde(json);
    KafkaEvents.Builder readsBoth = kafka.events("shop").serde(json).serde(avro);
    KafkaEvents.Builder writesAvro = kafka.events("shop").serde(avro).serde(json);
    try (Events first = before.build();
        Events second = readsBoth.build();
        Events third = writesAvro.build()) {
      publish(first, ORDERS, order(1));
      publish(second, ORDERS, order(2));
      publish(third, ORDERS, order(3));
      publish(second, ORDERS, order(4)); // not all are at the same step
      publish(third, ORDERS.withEnvelope(Envelope.STRUCTURED), order(5));

      handle(second, ORDERS, "of the second step");
      assertThat(handled)
          .containsExactlyInAnyOrder(order(1), order(2), order(3), order(4), order(5));
      handled.clear();
      handle(third, ORDERS, "of the third step");
      assertThat(handled)
          .containsExactlyInAnyOrder(order(1), order(2), order(3), order(4), order(5));
    }
  }

  // Any Kafka serializer.

  @Test
  void kafkasSerializers_areASerde() {
    EventsOfNumbers.run(kafka, handled);
    assertThat(handled).containsExactly(7L);
  }

  private static final class EventsOfNumbers {
    static void run(InMemoryKafka kafka, List<Object> handled) {
      KafkaEvents.Builder builder = kafka.events("shop");
      Topic<Long> numbers = Topic.of("orders", Long.class);
      try (KafkaSerde longs = KafkaSerde.of(new LongSerializer(), new LongDeserializer());
          Events events = builder.serde(longs.onlyFor(Long.class)).build()) {
        events.subscribe(
            numbers, SubscribeOptions.group("sum"), event -> handled.add(event.payload()));
        CompletableFuture<PublishResult> published = events.publish(numbers, 7L);
        kafka.settle();
        published.join();
      }
    }
  }

  // KafkaSerdeOfConfluentTest runs it with their classes.
  static KafkaSerde confluent() {
    return KafkaSerde.of(
            "io.confluent.kafka.serializers.KafkaAvroSerializer",
            "io.confluent.kafka.serializers.KafkaAvroDeserializer",
            Map.of("schema.registry.url", "https://registry.acme.com"))
        .withContentType("application/avro");
  }

  @Test
  void confluentsClasses_ifTheyAreMissing_areAskedFor() {
    assertThatThrownBy(SerdesGuideTest::confluent)
        .hasMessageContaining(
            "there is no class io.confluent.kafka.serializers.KafkaAvroSerializer");
  }

  @Test
  void codeOfTheGuide_isThis() throws IOException {
    String here = stripped(Files.readAllLines(SELF).stream());
    List<String> blocks =
        Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(GUIDE))
            .results()
            .map(block -> stripped(block.group(1).lines()))
            .toList();
    assertThat(blocks).hasSizeGreaterThan(3).allSatisfy(block -> assertThat(here).contains(block));
  }

  private static String stripped(Stream<String> lines) {
    return lines
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .collect(Collectors.joining(" "));
  }
}
