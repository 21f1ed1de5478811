package dev.kafkaevents.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaevents.Events;
import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.Headers;
import dev.kafkaevents.PublishException;
import dev.kafkaevents.PublishException.Outcome;
import dev.kafkaevents.PublishResult;
import dev.kafkaevents.Topic;
import dev.kafkaevents.spi.PublishInterceptor;
import dev.kafkaevents.spi.Serde;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.NetworkException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Interceptors that are told how publishes end. */
@Timeout(60)
class PublishListenerTest {
  private static final Topic<String> ORDERS = Topic.of("orders", String.class);

  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final AtomicLong nanos = new AtomicLong();

  /** Outcomes, each with the nanoseconds until it was known. */
  private final List<String> told = new ArrayList<>();

  private final PublishInterceptor.Listener listener =
      (failure, nanos) -> told.add(outcome(failure) + " in " + nanos);
  private final PublishInterceptor listening = (event, chain) -> chain.proceed(event, listener);

  private static String outcome(@Nullable Throwable failure) {
    return failure == null
        ? "STORED"
        : failure instanceof PublishException e
            ? e.outcome().toString()
            : failure.getClass().getSimpleName();
  }

  private Events events(Producer<byte[], byte[]> producer, PublishInterceptor... interceptors) {
    KafkaEvents.Builder builder =
        KafkaEvents.builder(EventsConfig.of("shop", "localhost:9092"))
            .serde(topic -> new Text())
            .runtime(withClock())
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

  private EventsRuntime withClock() {
    return (EventsRuntime)
        Proxy.newProxyInstance(
            EventsRuntime.class.getClassLoader(),
            new Class<?>[] {EventsRuntime.class},
            (proxy, method, args) ->
                method.getName().equals("nanoTime")
                    ? nanos.get()
                    : method.invoke(EventsRuntime.system(), args));
  }

  private record Text() implements Serde<String> {
    @Override
    public String contentType() {
      return "text/plain";
    }

    @Override
    public byte[] encode(String text, HeaderSink headers) {
      return text.getBytes(UTF_8);
    }

    @Override
    public String decode(byte[] bytes, Class<? extends String> payloadType, Headers headers) {
      return new String(bytes, UTF_8);
    }
  }

  @Test
  void storedOrNot_isTold_withTheTimeItTook_beforeWhoWaitsKnows() {
    List<Integer> toldBefore = new ArrayList<>();
    try (Events events = events(producer, listening)) {
      for (int i = 0; i < 3; i++) {
        var unused =
            events.publish(ORDERS, "a").whenComplete((ok, no) -> toldBefore.add(told.size()));
      }
      nanos.set(40);
      producer.completeNext();
      producer.completeNext();
      nanos.set(70);
      producer.errorNext(new NetworkException("gone"));
    }
    assertThat(told).containsExactly("STORED in 40", "STORED in 40", "UNKNOWN in 70");
    assertThat(toldBefore).containsExactly(1, 2, 3);
  }

  @Test
  void nothingHangsOnTheFuture() {
    try (Events events = events(producer, listening)) {
      assertThat(events.publish(ORDERS, "a").getNumberOfDependents()).isZero();
      producer.completeNext();
    }
    assertThat(told).hasSize(1);
  }

  @Test
  void withoutAListener_thereIsNoRoomForOne() {
    try (Events events = events(producer, (event, chain) -> chain.proceed(event))) {
      assertThat(events.publish(ORDERS, "a")).isExactlyInstanceOf(Sending.OfEvent.class);
    }
  }

  @Test
  void eachOfSeveral_isToldOnce() {
    try (Events events = events(producer, listening, listening, listening)) {
      for (int i = 0; i < 2; i++) {
        var unused = events.publish(ORDERS, "a");
        producer.completeNext();
      }
    }
    assertThat(told).hasSize(6).containsOnly("STORED in 0");
  }

  @Test
  void interceptorInsideThatThrows_isTold_asItIs() {
    PublishInterceptor throwing =
        (event, chain) -> {
          nanos.set(5);
          throw new IllegalStateException("no");
        };
    try (Events events = events(producer, listening, throwing)) {
      assertThat(events.publish(ORDERS, "a")).isCompletedExceptionally();
    }
    assertThat(told).containsExactly("IllegalStateException in 5");
  }

  @Test
  void interceptorInsideThatAnswersItself_isTold_whenThatIsKnown() {
    CompletableFuture<PublishResult> answer = new CompletableFuture<>();
    try (Events events = events(producer, listening, (event, chain) -> answer)) {
      var unused = events.publish(ORDERS, "a");
      assertThat(told).isEmpty();
      answer.completeExceptionally(new PublishException(Outcome.NOT_STORED, "no", null));
    }
    assertThat(told).containsExactly("NOT_STORED in 0");
  }

  @Test
  void eventThatIsHeldBack_isTold_byWhoHoldsIt() {
    CompletableFuture<PublishResult> held = new CompletableFuture<>();
    PublishInterceptor holding = (event, chain) -> chain.proceed(event, message -> held);
    try (Events events = events(producer, holding, listening)) {
      var unused = events.publish(ORDERS, "a");
      assertThat(told).isEmpty();
      held.completeExceptionally(new PublishException(Outcome.SPOOLED, "on disk", null));
    }
    assertThat(told).containsExactly("SPOOLED in 0");
  }

  @Test
  void eventThatCanNotBeSent_isTold() {
    producer.sendException = new IllegalStateException("closed");
    try (Events events = events(producer, listening)) {
      assertThat(events.publish(ORDERS, "a")).isCompletedExceptionally();
      assertThat(events.publish(ORDERS, "b")).isCompletedExceptionally();
    }
    assertThat(told).containsExactly("NOT_STORED in 0", "NOT_STORED in 0");
  }

  @Test
  void listenerThatThrows_harmsNobody() {
    PublishInterceptor harmful =
        (event, chain) ->
            chain.proceed(
                event,
                (failure, nanos) -> {
                  throw new IllegalStateException("no");
                });
    try (Events events = events(producer, harmful)) {
      for (int i = 0; i < 2; i++) {
        CompletableFuture<PublishResult> published = events.publish(ORDERS, "a");
        producer.completeNext();
        assertThat(published).isCompleted();
      }
      assertThat(events.publisherHealth().unsent()).isZero();
    }
  }

  @Test
  void outcomesThatComeWhileSendReturns_areToldOnceEach() throws Exception {
    int events = 20_000;
    AtomicInteger ended = new AtomicInteger();
    AtomicReference<@Nullable Callback> sent = new AtomicReference<>();
    Thread network =
        new Thread(
            () -> {
              RecordMetadata stored =
                  new RecordMetadata(new TopicPartition("orders", 0), 0, 0, 0, 0, 0);
              for (int i = 0; i < events; ) {
                Callback callback = sent.getAndSet(null);
                if (callback != null) {
                  callback.onCompletion(stored, null);
                  i++;
                }
              }
            });
    MockProducer<byte[], byte[]> quick =
        new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer()) {
          @Override
          public synchronized Future<RecordMetadata> send(
              ProducerRecord<byte[], byte[]> record, Callback callback) {
            sent.set(callback);
            return new CompletableFuture<>();
          }
        };
    try (Events publisher =
        events(
            quick,
            (event, chain) -> chain.proceed(event, (failure, nanos) -> ended.incrementAndGet()))) {
      network.start();
      for (int i = 0; i < events; i++) {
        publisher.publish(ORDERS, "a").get(30, TimeUnit.SECONDS);
      }
      network.join(Duration.ofSeconds(30).toMillis());
    }
    assertThat(ended).hasValue(events);
  }
}
