package dev.kafkaevents.resilience;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaevents.Headers;
import dev.kafkaevents.Message;
import dev.kafkaevents.Position;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeadLetterDialectTest {
  private static final long SEED = Long.getLong("events.seed", System.nanoTime());
  private static final Instant STORED = Instant.parse("2026-01-02T03:04:05.678Z");

  private static Message letter(Headers headers) {
    return Message.of("orders.dlq", null, new byte[0]).withTimestamp(STORED).withHeaders(headers);
  }

  private static byte[] int32(int number) {
    return ByteBuffer.allocate(4).putInt(number).array();
  }

  private static byte[] int64(long number) {
    return ByteBuffer.allocate(8).putLong(number).array();
  }

  @ParameterizedTest
  @EnumSource(names = {"SPRING", "CONNECT"})
  void whatIsWrittenForOthers_isReadAgain(DeadLetterDialect dialect) throws Exception {
    FakeChain chain =
        new FakeChain(
            d -> {
              throw new IOException("down");
            },
            DeadLetter.toTopicWithSuffix(".dlq").describedFor(dialect),
            Retry.upTo(3, Duration.ofMillis(1)));
    chain.deliver(FakeDelivery.of("orders"));

    Message letter = chain.publisher.sent.get(0);
    boolean spring = dialect == DeadLetterDialect.SPRING;
    assertThat(dialect.read(letter))
        .isEqualTo(
            new DeadLetterOrigin(
                dialect,
                new Position("orders", 3, 1207),
                STORED,
                spring ? "billing" : null,
                spring ? 3 : null,
                "java.io.IOException"));
    assertThat(DeadLetterOrigin.of(letter))
        .isEqualTo(
            new DeadLetterOrigin(
                DeadLetterDialect.KAFKA_EVENTS,
                new Position("orders", 3, 1207),
                STORED,
                "billing",
                3,
                "java.io.IOException"));
  }

  @Test
  void springsNumbers_areBinary() throws Exception {
    FakeChain chain =
        new FakeChain(
            d -> {
              throw new IOException("down");
            },
            DeadLetter.toTopicWithSuffix(".dlq").describedFor(DeadLetterDialect.SPRING));
    chain.deliver(FakeDelivery.of("orders"));

    Headers headers = chain.publisher.sent.get(0).headers();
    assertThat(headers.value("kafka_dlt-original-partition")).isEqualTo(int32(3));
    assertThat(headers.value("kafka_dlt-original-offset")).isEqualTo(int64(1207));
    assertThat(headers.value("kafka_dlt-original-timestamp"))
        .isEqualTo(int64(STORED.toEpochMilli()));
    assertThat(headers.text("kafka_dlt-original-consumer-group")).isEqualTo("billing");
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"SPRING", "CONNECT"})
  void otherDialects_areNotWritten(DeadLetterDialect dialect) {
    assertThatThrownBy(() -> DeadLetter.toTopic("dead").describedFor(dialect))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(dialect.name(), "SPRING", "CONNECT");
  }

  @Test
  void lettersOfOthers_areRead() {
    assertThat(
            DeadLetterOrigin.of(
                letter(
                    Headers.of("dead-letter-topic", "orders")
                        .with("dead-letter-partition", "4")
                        .with("dead-letter-offset", "77")
                        .with("delayed-retry-count", "2")
                        .with("dead-letter-exception-class-name", "java.io.IOException"))))
        .isEqualTo(
            new DeadLetterOrigin(
                DeadLetterDialect.SMALLRYE,
                new Position("orders", 4, 77),
                STORED,
                null,
                2,
                "java.io.IOException"));
    assertThat(
            DeadLetterOrigin.of(
                letter(
                    Headers.of("__streams.errors.topic", "orders")
                        .with("__streams.errors.partition", "4")
                        .with("__streams.errors.offset", "77")
                        .with("__streams.errors.exception", "a.B$C"))))
        .extracting(DeadLetterOrigin::dialect, DeadLetterOrigin::exception)
        .containsExactly(DeadLetterDialect.STREAMS, "a.B$C");
    assertThat(
            DeadLetterOrigin.of(
                letter(
                    Headers.of("__dlq.errors.topic", "orders")
                        .with("__dlq.errors.partition", "4")
                        .with("__dlq.errors.offset", "77")
                        .with("__dlq.errors.group", "billing")
                        .with("__dlq.errors.delivery.count", "5"))))
        .extracting(DeadLetterOrigin::dialect, DeadLetterOrigin::group, DeadLetterOrigin::attempts)
        .containsExactly(DeadLetterDialect.SHARE_GROUP, "billing", 5);
  }

  @Test
  void ofSeveralValues_theLastIsTaken_asConnectAppendsThem() {
    Headers headers =
        Headers.of("__connect.errors.topic", "first")
            .add("__connect.errors.topic", "second".getBytes(UTF_8))
            .with("__connect.errors.partition", "0")
            .with("__connect.errors.offset", "0");
    assertThat(DeadLetterOrigin.of(letter(headers)))
        .extracting(origin -> origin.position().topic())
        .isEqualTo("second");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "-1", "2147483648", "1e3", " 1", "+1", "9999999999999999999", "٣", "0x1"})
  void partitionThatCantBeOne_isNoOrigin(String partition) {
    assertThat(
            DeadLetterOrigin.of(
                letter(
                    Headers.of("events-dlq-topic", "orders")
                        .with("events-dlq-partition", partition)
                        .with("events-dlq-offset", "1"))))
        .isNull();
  }

  @Test
  void forgedValues_areLeftOut() {
    Headers place =
        Headers.of("events-dlq-topic", "orders")
            .with("events-dlq-partition", "0")
            .with("events-dlq-offset", "1");
    assertThat(
            DeadLetterOrigin.of(
                letter(
                    place
                        .with("events-dlq-attempts", "99999999999")
                        .with("events-dlq-group", "a\nforged line")
                        .with("events-dlq-exception", "x".repeat(257))
                        .with("events-dlq-timestamp", "+99999-01-01T00:00:00Z"))))
        .isEqualTo(
            new DeadLetterOrigin(
                DeadLetterDialect.KAFKA_EVENTS,
                new Position("orders", 0, 1),
                null,
                null,
                null,
                null));
    assertThat(DeadLetterOrigin.of(letter(place.with("events-dlq-topic", "../etc")))).isNull();
    assertThat(DeadLetterOrigin.of(letter(Headers.empty()))).isNull();
  }

  @Test
  void noiseInHeaders_isNeverAFailure() {
    Random random = new Random(SEED);
    String[] names = {"topic", "partition", "offset", "timestamp", "consumer-group"};
    for (int i = 0; i < 5_000; i++) {
      Headers headers = Headers.empty();
      for (String name : names) {
        for (String prefix :
            new String[] {"events-dlq-", "kafka_dlt-original-", "__connect.errors."}) {
          byte[] noise = new byte[random.nextInt(12)];
          random.nextBytes(noise);
          headers = headers.add(prefix + name, random.nextInt(8) == 0 ? null : noise);
        }
      }
      DeadLetterOrigin origin = DeadLetterOrigin.of(letter(headers));
      if (origin != null) {
        assertThat(origin.position().partition()).as("seed %d", SEED).isNotNegative();
        assertThat(origin.position().offset()).as("seed %d", SEED).isNotNegative();
      }
    }
  }
}
