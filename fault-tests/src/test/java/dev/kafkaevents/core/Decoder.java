package dev.kafkaevents.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kafkaevents.Event;
import dev.kafkaevents.Headers;
import dev.kafkaevents.SerdeException;
import dev.kafkaevents.Topic;
import dev.kafkaevents.serde.avro.AvroSerde;
import dev.kafkaevents.serde.avro.InMemorySchemas;
import dev.kafkaevents.serde.json.JsonSchemas;
import dev.kafkaevents.serde.json.JsonSerde;
import dev.kafkaevents.spi.Serde;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/**
 * Everything that reads what others may have written, each as a function of bytes that returns, or
 * throws a {@link SerdeException}; anything else is a find.
 */
enum Decoder {
  JSON {
    private final Serde<Order> serde = serde(JsonSerde.factory(), Order.class);
    private final Serde<Order> checked =
        serde(
            JsonSerde.factory(
                JsonSchemas.of(
                    Order.class,
                    """
                    {"required": ["id"], "properties": {"at": {"format": "date-time"},
                     "parts": {"items": {"$ref": "#"}, "maxItems": 99}}}""")),
            Order.class);

    @Override
    Runnable reading(byte[] bytes) {
      return () -> {
        serde.decode(bytes, Order.class, Headers.empty());
        checked.decode(bytes, Order.class, Headers.empty());
      };
    }

    @Override
    List<byte[]> seeds() {
      return List.of(
          serde.encode(Order.sample(2), (name, value) -> {}),
          "{\"id\":null,\"total\":1E-9,\"tags\":[\"\\u00e4\\n\"]}".getBytes(UTF_8));
    }
  },

  AVRO_INTO_A_RECORD {
    private final Serde<Order> serde = serde(AvroSerde.factory(new InMemorySchemas()), Order.class);

    @Override
    Runnable reading(byte[] bytes) {
      return () -> serde.decode(bytes, Order.class, Headers.empty());
    }

    @Override
    List<byte[]> seeds() {
      return List.of(serde.encode(Order.sample(2), (name, value) -> {}));
    }
  },

  AVRO_AS_IT_WAS_WRITTEN {
    private final Serde.Factory avro = AvroSerde.factory(new InMemorySchemas());
    private final Serde<Order> writer = serde(avro, Order.class);
    private final Serde<GenericRecord> reader = serde(avro, GenericRecord.class);

    @Override
    Runnable reading(byte[] bytes) {
      return () -> reader.decode(bytes, GenericRecord.class, Headers.empty());
    }

    @Override
    List<byte[]> seeds() {
      return List.of(writer.encode(Order.sample(1), (name, value) -> {}));
    }
  },

  /** Headers between bytes of value 0: a name, a value, a name, a value, and so on. */
  CLOUD_EVENTS_HEADERS {
    @Override
    Runnable reading(byte[] bytes) {
      ConsumerRecord<byte[], byte[]> record = record("{}".getBytes(UTF_8));
      int from = 0;
      String name = null;
      for (int i = 0; i < bytes.length; i++) {
        if (bytes[i] == 0) {
          byte[] part = Arrays.copyOfRange(bytes, from, i);
          if (name == null) {
            name = new String(part, UTF_8);
          } else {
            record.headers().add(name, part.length == 0 ? null : part);
            name = null;
          }
          from = i + 1;
        }
      }
      return () -> look(record);
    }

    @Override
    List<byte[]> seeds() {
      return List.of(
          ("ce_specversion\0001.0\000ce_id\000e-1\000ce_source\000shop\000ce_type\000byte[]\000"
                  + "ce_time\0002026-01-02T03:04:05.67Z\000content-type\000application/json\000")
              .getBytes(UTF_8));
    }
  },

  CLOUD_EVENTS_STRUCTURED {
    @Override
    Runnable reading(byte[] bytes) {
      ConsumerRecord<byte[], byte[]> record = record(bytes);
      record.headers().add("content-type", "application/cloudevents+json".getBytes(UTF_8));
      return () -> look(record);
    }

    @Override
    List<byte[]> seeds() {
      return List.of(
          """
          {"id":"e-1","source":"shop","specversion":"1.0","type":"byte[]","n":-21,"test":true,\
          "time":"2026-01-02T03:04:05.67Z","datacontenttype":"application/json",\
          "data":{"a":[1.10,-2E+3,"x\\u00e4",{}],"b":false}}"""
              .getBytes(UTF_8),
          "{\"id\":\"e\",\"source\":\"s\",\"specversion\":\"1.0\",\"type\":\"byte[]\",\"data_base64\":\"AAEC\"}"
              .getBytes(UTF_8));
    }
  },

  /** What follows the checksum, which is made to fit. */
  COMMIT_METADATA {
    @Override
    Runnable reading(byte[] bytes) {
      CRC32C crc = new CRC32C();
      crc.update(ByteBuffer.allocate(2 * Long.BYTES).putLong(OFFSET).putLong(-1).flip());
      crc.update(bytes);
      byte[] whole =
          ByteBuffer.allocate(Integer.BYTES + bytes.length)
              .putInt((int) crc.getValue())
              .put(bytes)
              .array();
      String metadata = "ke1:" + Base64.getEncoder().encodeToString(whole);
      return () -> {
        SettledAhead ahead = SettledAhead.decode(FIRST, metadata);
        if (ahead != null && ahead.contains(OFFSET - 1)) {
          throw new AssertionError("settled before the committed offset");
        }
        SettledAhead.decode(FIRST, new String(bytes, UTF_8));
      };
    }

    /** More than a broker takes unless configured. */
    @Override
    int mostBytes() {
      return 16 << 10;
    }

    @Override
    List<byte[]> seeds() {
      return List.of(
          new byte[] {'r', 1, 2, 3, 4}, new byte[] {'b', 5, 7}, "ke1:AAAA".getBytes(UTF_8));
    }
  };

  private static final long OFFSET = 1_000;

  private static final ConsumerRecord<byte[], byte[]> FIRST =
      new ConsumerRecord<>("topic", 0, OFFSET, null, null);
  private static final TopicCodec<byte[]> CODEC =
      new TopicCodec<>(Topic.of("orders", byte[].class), "orders", "shop", List.of(new Bytes()));

  record Order(
      String id,
      BigDecimal total,
      Instant at,
      UUID key,
      long count,
      double weight,
      Optional<String> note,
      List<Order> parts,
      Map<String, Long> counts,
      List<String> tags,
      byte[] blob) {
    static Order sample(int depth) {
      return new Order(
          "o-1",
          new BigDecimal("19.99"),
          Instant.EPOCH.plus(Duration.ofDays(20_000)),
          new UUID(1, 2),
          3,
          0.5,
          Optional.of("text ä"),
          depth == 0 ? List.of() : List.of(sample(depth - 1), sample(0)),
          Map.of("a", 1L),
          List.of("x", ""),
          new byte[] {1, 2});
    }
  }

  private record Bytes() implements Serde<byte[]> {
    @Override
    public String contentType() {
      return "application/json";
    }

    @Override
    public boolean reads(String contentType) {
      return true;
    }

    @Override
    public byte[] encode(byte[] bytes, HeaderSink headers) {
      return bytes;
    }

    @Override
    public byte[] decode(byte[] bytes, Class<? extends byte[]> payloadType, Headers headers) {
      return bytes;
    }
  }

  /** What reads {@code bytes}, and returns or throws a {@link SerdeException}. */
  abstract Runnable reading(byte[] bytes);

  final void read(byte[] bytes) {
    reading(bytes).run();
  }

  /** As many as there can be. */
  int mostBytes() {
    return 1 << 20;
  }

  /** What is well-formed, to begin with. */
  abstract List<byte[]> seeds();

  @SuppressWarnings("unchecked") // made for that topic
  private static <T> Serde<T> serde(Serde.Factory factory, Class<T> type) {
    return (Serde<T>) Objects.requireNonNull(factory.create(Topic.of("orders", type)));
  }

  private static ConsumerRecord<byte[], byte[]> record(byte[] value) {
    return new ConsumerRecord<>(
        "orders",
        0,
        7,
        0,
        TimestampType.CREATE_TIME,
        0,
        0,
        null,
        value,
        new RecordHeaders(),
        Optional.empty());
  }

  private static void look(ConsumerRecord<byte[], byte[]> record) {
    Event<byte[]> event = CODEC.decode(record);
    int looked = 0;
    for (Headers.Header header : event.headers()) {
      looked += header.name().length();
    }
    if (looked < 0 || event.id().isEmpty() || event.source().isEmpty()) {
      throw new AssertionError("an event without its attributes");
    }
    event.time();
  }
}
