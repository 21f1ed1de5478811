package dev.kafkaevents.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.kafkaevents.Condition;
import dev.kafkaevents.Event;
import dev.kafkaevents.Events;
import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.Message;
import dev.kafkaevents.Position;
import dev.kafkaevents.PublishException;
import dev.kafkaevents.PublishResult;
import dev.kafkaevents.Topic;
import dev.kafkaevents.spi.PublishInterceptor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** What a publisher tells of itself, its interceptors and its client; and how messages pass. */
class PublisherHealthTest {
  private final Map<MetricName, Metric> metrics = new HashMap<>();
  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer()) {
        @Override
        public Map<MetricName, Metric> metrics() {
          return metrics;
        }
      };
  private final List<String> passed = new ArrayList<>();

  private Events events(PublishInterceptor... interceptors) {
    KafkaEvents.Builder builder =
        KafkaEvents.builder(EventsConfig.of("shop", "localhost:9092"))
            .clients(
                new KafkaClients() {
                  @Override
                  public Producer<byte[], byte[]> producer(Map<String, Object> config) {
                    return producer;
                  }

                  @Override
                  public Consumer<byte[], byte[]> consumer(Map<String, Object> config) {
                    throw new AssertionError("nobody subscribes here");
                  }

                  @Override
                  public Admin admin(Map<String, Object> config) {
                    throw new AssertionError("nobody asks about topics here");
                  }
                });
    for (PublishInterceptor interceptor : interceptors) {
      builder.onPublish(interceptor);
    }
    return builder.build();
  }

  /** Notes what passes, and marks messages. */
  private final class Marking implements PublishInterceptor {
    private final String name;

    Marking(String name) {
      this.name = name;
    }

    @Override
    public CompletableFuture<PublishResult> intercept(Event<?> event, Chain chain) {
      throw new AssertionError("a message is no event");
    }

    @Override
    public CompletableFuture<Position> interceptMessage(Message message, MessageChain chain) {
      passed.add(name);
      return chain.proceed(message.withHeaders(message.headers().with("by", name)));
    }

    @Override
    public List<Condition> conditions() {
      return List.of(new Condition.CircuitBreaker(name, Condition.CircuitBreaker.State.OPEN));
    }
  }

  private static Message message() {
    return Message.of("orders", null, "v".getBytes(UTF_8));
  }

  @Test
  void messages_passThroughWhatAsksForThem_inOrder_tombstonesToo() {
    PublishInterceptor deaf = (event, chain) -> chain.proceed(event);
    try (Events events = events(new Marking("a"), deaf, new Marking("b"))) {
      assertThat(events.send(message()).join()).isEqualTo(new Position("orders", 0, 0));
      events.publishTombstone(Topic.of("orders", String.class), "k").join();
    }
    assertThat(passed).containsExactly("a", "b", "a", "b");
    assertThat(producer.history())
        .allSatisfy(
            sent ->
                assertThat(new String(sent.headers().lastHeader("by").value(), UTF_8))
                    .isEqualTo("b"));
  }

  @Test
  void messageWhoseInterceptorThrows_isRejected() {
    PublishInterceptor throwing =
        new PublishInterceptor() {
          @Override
          public CompletableFuture<PublishResult> intercept(Event<?> event, Chain chain) {
            return chain.proceed(event);
          }

          @Override
          public CompletableFuture<Position> interceptMessage(Message message, MessageChain chain) {
            throw new IllegalStateException("no");
          }
        };
    try (Events events = events(throwing)) {
      CompletableFuture<Position> sent = events.send(message());
      assertThat(sent).isCompletedExceptionally();
      assertThat(catchThrowable(sent::join))
          .cause()
          .isInstanceOfSatisfying(
              PublishException.class,
              e -> assertThat(e.outcome()).isEqualTo(PublishException.Outcome.REJECTED));
    }
  }

  @Test
  void health_hasTheConditionsOfInterceptors_andSaysWhenItIsClosed() {
    Events events = events(new Marking("db"));
    assertThat(events.publisherHealth().conditions())
        .containsExactly(new Condition.CircuitBreaker("db", Condition.CircuitBreaker.State.OPEN));
    assertThat(events.publisherHealth().isClosed()).isFalse();
    events.close(Duration.ofSeconds(5));
    assertThat(events.publisherHealth().isClosed()).isTrue();
  }

  @Test
  void clientMetric_isThatOfTheClientAsAWhole_andAbsentWithoutAValue() {
    metric("producer-metrics", "request-latency-avg", 12.5, Map.of("client-id", "p"));
    metric("producer-metrics", "batch-size-avg", Double.NaN, Map.of("client-id", "p"));
    metric("producer-metrics", "version", "4.4.0", Map.of("client-id", "p"));
    metric("producer-topic-metrics", "byte-rate", 3.0, Map.of("client-id", "p", "topic", "orders"));
    try (Events events = events()) {
      assertThat(events.publisherHealth().clientMetric("producer-metrics", "request-latency-avg"))
          .isEmpty();
      events.send(message()).orTimeout(5, TimeUnit.SECONDS).join();
      assertThat(events.publisherHealth().clientMetric("producer-metrics", "request-latency-avg"))
          .hasValue(12.5);
      assertThat(events.publisherHealth().clientMetric("producer-metrics", "batch-size-avg"))
          .isEmpty();
      assertThat(events.publisherHealth().clientMetric("producer-metrics", "version")).isEmpty();
      assertThat(events.publisherHealth().clientMetric("producer-topic-metrics", "byte-rate"))
          .isEmpty();
    }
  }

  private void metric(String group, String name, Object value, Map<String, String> tags) {
    MetricName id = new MetricName(name, group, "", tags);
    metrics.put(
        id,
        new Metric() {
          @Override
          public MetricName metricName() {
            return id;
          }

          @Override
          public Object metricValue() {
            return value;
          }
        });
  }
}
