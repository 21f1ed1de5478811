package dev.kafkaevents.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.kafkaevents.Events;
import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.FailureClass;
import dev.kafkaevents.Headers;
import dev.kafkaevents.Message;
import dev.kafkaevents.Position;
import dev.kafkaevents.PublishException;
import dev.kafkaevents.PublishException.Outcome;
import dev.kafkaevents.PublishResult;
import dev.kafkaevents.Topic;
import dev.kafkaevents.UnavailableException;
import dev.kafkaevents.UnsentException;
import dev.kafkaevents.spi.EventsProbe;
import dev.kafkaevents.spi.Serde;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.NetworkException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PublisherTest {
  /** What no bytes can be made of while a registry is away. */
  private static final String AWAY = "away";

  private static final Topic<String> ORDERS =
      Topic.of("orders", String.class).keyedBy(order -> order.isEmpty() ? null : order);

  private final ScriptedProducer producer = new ScriptedProducer();

  /** What is made after it. */
  private final ScriptedProducer second = new ScriptedProducer();

  private int made;
  private final List<String> told = new ArrayList<>();
  private final Events events =
      KafkaEvents.builder(EventsConfig.of("shop", "localhost:9092"))
          .serde(topic -> new Text())
          .clients(
              new KafkaClients() {
                @Override
                public Producer<byte[], byte[]> producer(Map<String, Object> config) {
                  return ++made == 1 ? producer : second;
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
          .probe(
              new EventsProbe() {
                @Override
                public void published(Topic<?> topic, String eventId, Position position) {
                  told.add(eventId + " at " + position);
                }

                @Override
                public void publishFailed(
                    Topic<?> topic, String eventId, PublishException failure) {
                  told.add(eventId + " " + failure.outcome());
                }
              })
          .build();

  @AfterEach
  void close() {
    events.close(Duration.ZERO);
  }

  @Test
  void publish_stored_tellsProbeAndCallerWhere() {
    CompletableFuture<PublishResult> future =
        events.publish(ORDERS, events.event(ORDERS, "a").withId("e-1"));
    assertThat(future).isNotDone();
    assertThat(told).isEmpty();
    producer.completeNext();
    assertThat(future.join().eventId()).isEqualTo("e-1");
    assertThat(future.join().position()).isEqualTo(new Position("orders", 0, 0));
    assertThat(told).containsExactly("e-1 at orders-0@0");
  }

  @Test
  void publish_withoutInterceptors_goesThroughNoChain() {
    var unused = events.publish(ORDERS, "a");
    assertThat(producer.callers)
        .contains(Publisher.class.getName())
        .doesNotContain(PublishChain.class.getName());
  }

  @Test
  void publish_failedAfterItWasSent_mayBeStored() {
    CompletableFuture<PublishResult> future =
        events.publish(ORDERS, events.event(ORDERS, "a").withId("e-1"));
    // On the caller's thread, as a network thread that publishes in a callback might be.
    producer.errorNext(new NetworkException("gone"));
    assertThat(failure(future))
        .hasMessageContainingAll("event e-1", "orders", "may or may not be stored")
        .extracting(PublishException::outcome)
        .isEqualTo(Outcome.UNKNOWN);
    assertThat(told).containsExactly("e-1 UNKNOWN");
  }

  @Test
  void publish_failedBeforeItWasSent_isNotStored() {
    producer.refusal = new TimeoutException("no metadata");
    CompletableFuture<PublishResult> future =
        events.publish(ORDERS, events.event(ORDERS, "a").withId("e-1"));
    assertThat(failure(future).outcome()).isEqualTo(Outcome.NOT_STORED);
    assertThat(told).containsExactly("e-1 NOT_STORED");
    events.flush(Duration.ZERO);
  }

  @Test
  void publish_sendThrows_isNotStored() {
    producer.sendException = new IllegalStateException("closed");
    CompletableFuture<PublishResult> future = events.publish(ORDERS, "a");
    assertThat(failure(future).outcome()).isEqualTo(Outcome.NOT_STORED);
    events.flush(Duration.ZERO);
  }

  @Test
  void publish_tooLarge_isRejected() {
    producer.refusal = new RecordTooLargeException("2 MB");
    assertThat(failure(events.publish(ORDERS, "a")).outcome()).isEqualTo(Outcome.REJECTED);
  }

  @Test
  void publish_keyedTopicWithoutKey_isRejected() {
    assertThat(failure(events.publish(ORDERS, "")))
        .hasMessageContaining("keyed")
        .extracting(PublishException::outcome)
        .isEqualTo(Outcome.REJECTED);
    assertThat(producer.history()).isEmpty();
  }

  @Test
  void publish_somethingItsSerdeNeedsIsAway_isNotStored() {
    assertThat(failure(events.publish(ORDERS, AWAY)).outcome()).isEqualTo(Outcome.NOT_STORED);
    assertThat(producer.history()).isEmpty();
  }

  @Test
  void producerThatHasDied_isReplaced_andOneThatHasNot_isKept() {
    CompletableFuture<PublishResult> refused = events.publish(ORDERS, "a");
    producer.errorNext(new TopicAuthorizationException("no"));
    CompletableFuture<PublishResult> fatal = events.publish(ORDERS, "b");
    assertThat(made).isEqualTo(1);
    producer.errorNext(new ClusterAuthorizationException("no"));
    assertThat(failure(refused).failureClass()).isEqualTo(FailureClass.SECURITY);
    assertThat(failure(fatal).failureClass()).isEqualTo(FailureClass.CLIENT_LOST);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              events.publish(ORDERS, "c");
              return made == 2;
            });
    assertThat(producer.closed()).isTrue();
    CompletableFuture<PublishResult> next = events.publish(ORDERS, "d");
    while (second.completeNext()) {
      // All of it is stored.
    }
    assertThat(next).isCompleted();
    assertThat(made).isEqualTo(2);
  }

  @Test
  void flush_tellsHowManyHaveNoOutcome() {
    events.publish(ORDERS, "a");
    UnsentException failure =
        catchThrowableOfType(UnsentException.class, () -> events.flush(Duration.ZERO));
    assertThat(failure).hasMessageContaining("1");
    producer.completeNext();
    events.flush(Duration.ZERO);
  }

  @Test
  void flush_isNotDone_whileWhatHangsOnAFutureIsNot() {
    CompletableFuture<Throwable> flushed =
        events
            .publish(ORDERS, "a")
            .handle((result, failure) -> catchThrowable(() -> events.flush(Duration.ZERO)));
    producer.completeNext();
    assertThat(flushed.join()).isInstanceOf(UnsentException.class);
    events.flush(Duration.ZERO);
  }

  @Test
  void send_bytes_areSentAsTheyAre() {
    CompletableFuture<Position> future =
        events.send(
            Message.of("orders", "k".getBytes(UTF_8), "v".getBytes(UTF_8)).withHeader("a", "b"));
    producer.completeNext();
    assertThat(future.join()).isEqualTo(new Position("orders", 0, 0));
    ProducerRecord<byte[], byte[]> sent = producer.history().get(0);
    assertThat(sent.value()).asString(UTF_8).isEqualTo("v");
    assertThat(sent.headers()).hasSize(1);
    assertThat(told).isEmpty();
  }

  private record Text() implements Serde<String> {
    @Override
    public String contentType() {
      return "text/plain";
    }

    @Override
    public byte[] encode(String text, HeaderSink headers) {
      if (AWAY.equals(text)) {
        throw new UnavailableException("the registry does not answer");
      }
      return text.getBytes(UTF_8);
    }

    @Override
    public String decode(byte[] bytes, Class<? extends String> payloadType, Headers headers) {
      return new String(bytes, UTF_8);
    }
  }

  private static PublishException failure(CompletableFuture<?> future) {
    CompletionException thrown = catchThrowableOfType(CompletionException.class, future::join);
    assertThat(thrown).hasCauseInstanceOf(PublishException.class);
    return (PublishException) thrown.getCause();
  }

  /** Kafka's own, which may also refuse a record before {@code send} returns, as the real one. */
  private static final class ScriptedProducer extends MockProducer<byte[], byte[]> {
    @Nullable RuntimeException refusal;

    /** The classes on the stack of the last send. */
    List<String> callers = List.of();

    ScriptedProducer() {
      super(false, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public synchronized Future<RecordMetadata> send(
        ProducerRecord<byte[], byte[]> record, Callback callback) {
      callers = StackWalker.getInstance().walk(f -> f.map(each -> each.getClassName()).toList());
      RuntimeException refused = refusal;
      if (refused == null) {
        return super.send(record, callback);
      }
      callback.onCompletion(null, refused);
      return CompletableFuture.failedFuture(refused);
    }

    /** Nothing is completed but by the test. */
    @Override
    public synchronized void flush() {
      try {
        while (true) {
          wait();
        }
      } catch (InterruptedException e) {
        throw new InterruptException(e);
      }
    }
  }
}
