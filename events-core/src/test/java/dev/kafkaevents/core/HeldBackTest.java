package dev.kafkaevents.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaevents.Event;
import dev.kafkaevents.Events;
import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.FailureClass;
import dev.kafkaevents.Headers;
import dev.kafkaevents.Message;
import dev.kafkaevents.Position;
import dev.kafkaevents.PublishException;
import dev.kafkaevents.PublishResult;
import dev.kafkaevents.Topic;
import dev.kafkaevents.spi.PublishInterceptor;
import dev.kafkaevents.spi.Publishing;
import dev.kafkaevents.spi.Serde;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** An interceptor that holds back what is published, and sends it later. */
class HeldBackTest {
  private static final Topic<String> ORDERS = Topic.of("orders", String.class).keyedBy(o -> o);

  private final List<Map<String, Object>> configs = new ArrayList<>();
  private final List<MockProducer<byte[], byte[]>> producers = new ArrayList<>();
  private final Holder holder = new Holder();
  private final Events events =
      KafkaEvents.builder(EventsConfig.of("shop", "localhost:9092"))
          .serde(topic -> new Text())
          .clients(
              new KafkaClients() {
                @Override
                public Producer<byte[], byte[]> producer(Map<String, Object> config) {
                  MockProducer<byte[], byte[]> made =
                      new MockProducer<>(
                          true, null, new ByteArraySerializer(), new ByteArraySerializer());
                  configs.add(config);
                  producers.add(made);
                  return made;
                }

                @Override
                public Consumer<byte[], byte[]> consumer(Map<String, Object> config) {
                  throw new AssertionError("nobody subscribes here");
                }

                @Override
                public Admin admin(Map<String, Object> config) {
                  throw new AssertionError("nobody asks about topics here");
                }
              })
          .names(NameMapper.prefixed("test."))
          .onPublish(holder)
          .onPublish((event, chain) -> chain.proceed(event.withHeader("tenant", "acme")))
          .build();

  private static final class Holder implements PublishInterceptor {
    final List<Message> held = new ArrayList<>();
    @Nullable Publishing publishing;
    boolean holds = true;

    @Override
    public PublishInterceptor forPublisher(Publishing publishing) {
      this.publishing = publishing;
      return this;
    }

    @Override
    public CompletableFuture<PublishResult> intercept(Event<?> event, Chain chain) {
      return holds ? chain.proceed(event, this::hold) : chain.proceed(event);
    }

    @Override
    public CompletableFuture<Position> interceptMessage(Message message, MessageChain chain) {
      return holds ? hold(message) : chain.proceed(message);
    }

    private <R> CompletableFuture<R> hold(Message message) {
      held.add(message);
      return new CompletableFuture<>();
    }
  }

  private record Text() implements Serde<String> {
    @Override
    public String contentType() {
      return "text/plain";
    }

    @Override
    public byte[] encode(String text, HeaderSink headers) {
      if (text.isBlank()) {
        throw new IllegalArgumentException("blank");
      }
      return text.getBytes(UTF_8);
    }

    @Override
    public String decode(byte[] bytes, Class<? extends String> payloadType, Headers headers) {
      return new String(bytes, UTF_8);
    }
  }

  @Test
  void whatIsHeldBack_isWhatTheProducerWouldHaveGot_andIsSentOnceMorePastAllInterceptors() {
    Event<String> event = events.event(ORDERS, "a");
    assertThat(events.publish(ORDERS, event)).isNotDone();
    assertThat(events.publishTombstone(ORDERS, "a")).isNotDone();
    assertThat(producers).isEmpty();
    assertThat(holder.held.get(0).headers().text("tenant")).isEqualTo("acme");

    holder.held.forEach(message -> assertThat(holder.publishing.resend(message)).isCompleted());
    holder.holds = false;
    events.publish(ORDERS, event).join();
    events.publishTombstone(ORDERS, "a").join();

    assertThat(holder.held).hasSize(2);
    ProducerRecord<byte[], byte[]> late = producers.get(0).history().get(0);
    ProducerRecord<byte[], byte[]> direct = producers.get(1).history().get(0);
    assertThat(late.key()).isEqualTo(direct.key());
    assertThat(late.value()).isEqualTo(direct.value());
    assertThat(late.headers().toArray()).isEqualTo(direct.headers().toArray());
    assertThat(late.topic()).isEqualTo("test.orders");
    assertThat(producers).allMatch(producer -> producer.history().get(1).value() == null);
    events.close(Duration.ZERO);
  }

  @Test
  void whatIsHeldBack_isSentByAProducerThatDoesNotGiveUp() {
    holder.publishing.resend(Message.of("orders", null, null)).join();
    holder.holds = false;
    events.publish(ORDERS, "a").join();
    assertThat(configs)
        .extracting(config -> config.get("delivery.timeout.ms"))
        .containsExactly((int) Duration.ofHours(596).toMillis(), 120_000);
    events.close(Duration.ZERO);
    assertThat(producers).allMatch(MockProducer::closed);
  }

  @Test
  void eventThatCanNotBeEncoded_isRejected_andNeverHeldBack() {
    assertThat(events.publish(ORDERS, " ")).isCompletedExceptionally();
    assertThat(holder.held).isEmpty();
    events.close(Duration.ZERO);
  }

  @Test
  void resend_afterClose_isNotStored() {
    events.close(Duration.ZERO);
    assertThat(holder.publishing.resend(Message.of("orders", null, null)))
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .havingCause()
        .isInstanceOfSatisfying(
            PublishException.class,
            e -> {
              assertThat(e.outcome()).isEqualTo(PublishException.Outcome.NOT_STORED);
              assertThat(e.failureClass()).isEqualTo(FailureClass.CLIENT_LOST);
            });
  }
}
