package dev.kafkaevents.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import dev.kafkaevents.Event;
import dev.kafkaevents.Headers;
import dev.kafkaevents.SerdeException;
import dev.kafkaevents.Topic;
import dev.kafkaevents.spi.Serde;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes are: an event, or a {@link SerdeException}; and no more memory than that. */
@Timeout(60)
class CodecFuzzTest {
  private static final long SEED = Long.getLong("events.seed", 20_260_102L);
  private static final int ROUNDS = Integer.getInteger("events.fuzz.rounds", 20_000);
  private static final int MIB = 1024 * 1024;

  private static final String STRUCTURED = "application/cloudevents+json; charset=UTF-8";
  private static final String DOCUMENT =
      """
      {"id":"e-1","source":"shop","time":"2026-01-02T03:04:05.670Z","subject":"a \\"b\\"\\\\ \\u00e4",\
      "n":-2147483648,"test":true,"none":null,"specversion":"1.0","type":"byte[]",\
      "datacontenttype":"application/json","data":{"a":[1.10,-2E+3,"x",{}],"b":false}}""";

  /** What breaks readers of JSON, and of headers. */
  private static final String[] PIECES = {
    "{",
    "}",
    "[",
    "]",
    "\"",
    "\\",
    "\\u",
    "\\ud83d",
    ":",
    ",",
    "null",
    "true",
    "-",
    "0",
    "1e9",
    "\u0000",
    "\n",
    "\u00e4",
    "\ud83d\ude00",
    "\"data\":",
    "\"data_base64\":\"AA\"",
    "\"id\":",
    "\"specversion\":\"1.0\"",
    "text/plain",
    "application/cloudevents",
    "+json",
    "2026-01-02T03:04Z"
  };

  private static final String[] NAMES = {
    "ce_id",
    "ce_source",
    "ce_type",
    "ce_time",
    "ce_specversion",
    "ce_datacontenttype",
    "ce_",
    "",
    "content-type",
    "ce_data",
    "\ud83d\ude00"
  };

  private record Bytes() implements Serde<byte[]> {
    @Override
    public String contentType() {
      return "application/octet-stream";
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
      headers.forEach(header -> assertThat(header.name()).isNotNull());
      return bytes;
    }
  }

  private static final Topic<byte[]> TOPIC = Topic.of("orders", byte[].class);

  private final TopicCodec<byte[]> lenient = codec(TOPIC);
  private final TopicCodec<byte[]> strict = codec(TOPIC.requiringEnvelope());
  private final Random random = new Random(SEED);

  private static TopicCodec<byte[]> codec(Topic<byte[]> topic) {
    return new TopicCodec<>(topic, "orders", "shop", List.of(new Bytes()));
  }

  @Test
  void document_isReadAtAll() {
    Event<byte[]> event = strict.decode(structured(DOCUMENT.getBytes(UTF_8)));
    assertThat(event.id()).isEqualTo("e-1");
    assertThat(event.headers().text("ce_subject")).isEqualTo("a \"b\"\\ ä");
    assertThat(event.payload())
        .asString(UTF_8)
        .isEqualTo("{\"a\":[1.10,-2E+3,\"x\",{}],\"b\":false}");
  }

  @Test
  void document_truncatedAtEachByte_isRefused() {
    byte[] whole = DOCUMENT.getBytes(UTF_8);
    for (int length = 0; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> lenient.decode(structured(part)))
          .as("%s bytes", length)
          .isInstanceOf(SerdeException.class);
    }
  }

  @Test
  void document_changedAtRandom_isAnEventOrRefused() {
    int events = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] changed = changed(DOCUMENT);
      events += read(structured(changed), round) ? 1 : 0;
    }
    assertThat(events).as("of %s", ROUNDS).isBetween(ROUNDS / 100, ROUNDS - ROUNDS / 100);
  }

  @Test
  void headers_ofRandomBytes_areAnEventOrRefused() {
    int events = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] value = random.nextInt(4) == 0 ? changed(DOCUMENT) : bytes();
      ConsumerRecord<byte[], byte[]> record = record(value);
      for (int i = random.nextInt(8); i > 0; i--) {
        record.headers().add(NAMES[random.nextInt(NAMES.length)], headerValue());
      }
      events += read(record, round) ? 1 : 0;
    }
    assertThat(events).as("of %s", ROUNDS).isBetween(ROUNDS / 100, ROUNDS - ROUNDS / 100);
  }

  /** Whether it is an event; all of it is looked at. */
  private boolean read(ConsumerRecord<byte[], byte[]> record, int round) {
    boolean isEvent = false;
    for (TopicCodec<byte[]> codec : List.of(lenient, strict)) {
      try {
        Event<byte[]> event = codec.decode(record);
        event.headers().forEach(header -> assertThat(header.toString()).isNotEmpty());
        assertThat(event.id()).isNotEmpty();
        assertThat(event.toString()).contains("orders-0@7");
        isEvent = true;
        event.time();
      } catch (SerdeException e) {
        assertThat(e.getMessage()).isNotEmpty();
      } catch (Throwable e) {
        fail("seed %d, round %d, %s".formatted(SEED, round, record.headers()), e);
      }
    }
    return isEvent;
  }

  static Stream<Arguments> heavy() {
    return Stream.of(
        heavy("attributes", "{", "\"\":0,", "\"a\":0}"),
        heavy(
            "long attributes",
            "{",
            "\"" + "x".repeat(900) + "\":\"" + "y".repeat(100) + "\",",
            "\"a\":0}"),
        heavy("nesting", "{\"data\":", "[", ""),
        heavy("nested objects", "{\"data\":", "{\"\":", ""),
        heavy("elements", "{\"data\":[", "1,", "1]}"),
        heavy("strings", "{\"data\":[", "\"a\",", "1]}"),
        heavy("escapes", "{\"data\":\"", "\\n", "\"}"),
        heavy("escapes in an attribute", "{\"a\":\"", "\\u20ac", "\"}"),
        heavy("digits", "{\"data\":", "1", "}"),
        heavy("digits of an attribute", "{\"a\":", "1", "}"),
        heavy("repeated data", "{", "\"data\":\"abcdefgh\",", "\"a\":0}"),
        heavy("Base64", "{\"data_base64\":\"", "AAAA", "\"}"),
        heavy("spaces", "{", " ", "}"),
        heavy("wide characters", "{\"data\":\"", "\u20ac", "\"}"),
        heavy("time", "{\"time\":\"", "1", "\"}"));
  }

  private static Arguments heavy(String name, String start, String piece, String end) {
    int times = (MIB - start.length() - end.length()) / piece.getBytes(UTF_8).length;
    return Arguments.of(name, (Supplier<String>) () -> start + piece.repeat(times) + end);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("heavy")
  void documentOfOneMebibyte_takesLessThan64(String name, Supplier<String> document) {
    ConsumerRecord<byte[], byte[]> record = structured(document.get().getBytes(UTF_8));
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    read(record, 0);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(allocated).as("twice read").isLessThan(64L * MIB);
  }

  private byte[] changed(String document) {
    StringBuilder text = new StringBuilder(document);
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      int at = random.nextInt(text.length());
      int to = Math.min(text.length(), at + random.nextInt(12));
      String piece = random.nextBoolean() ? PIECES[random.nextInt(PIECES.length)] : "";
      text.replace(at, to, piece);
    }
    byte[] bytes = text.toString().getBytes(UTF_8);
    if (random.nextInt(8) == 0) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    }
    return bytes;
  }

  private byte @Nullable [] headerValue() {
    return switch (random.nextInt(5)) {
      case 0 -> null;
      case 1 -> STRUCTURED.getBytes(UTF_8);
      case 2 -> random.nextBoolean() ? "1.0".getBytes(UTF_8) : "byte[]".getBytes(UTF_8);
      case 3 -> PIECES[random.nextInt(PIECES.length)].getBytes(UTF_8);
      default -> bytes();
    };
  }

  private byte[] bytes() {
    byte[] bytes = new byte[random.nextInt(40)];
    random.nextBytes(bytes);
    return bytes;
  }

  private static ConsumerRecord<byte[], byte[]> structured(byte[] document) {
    ConsumerRecord<byte[], byte[]> record = record(document);
    record.headers().add("content-type", STRUCTURED.getBytes(UTF_8));
    return record;
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
}
