package dev.kafkaevents.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.kafkaevents.EventsException;
import dev.kafkaevents.Headers;
import dev.kafkaevents.SerdeException;
import dev.kafkaevents.Topic;
import dev.kafkaevents.UnavailableException;
import dev.kafkaevents.spi.Serde;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.MalformedInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.serialization.UUIDDeserializer;
import org.apache.kafka.common.serialization.UUIDSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class KafkaSerdeTest {
  private static final String CANARY = "canary4711";

  private static final Serializer<String> WRITES = new StringSerializer();
  private static final Deserializer<String> READS = new StringDeserializer();

  @SuppressWarnings("unchecked") // made for that topic
  private static <T> Serde<T> serde(KafkaSerde serde, Class<T> type) {
    return (Serde<T>) serde.create(Topic.of("orders", type));
  }

  private static byte[] write(KafkaSerde serde, Object payload) {
    return serde(serde, Object.class).encode(payload, (name, value) -> {});
  }

  private static <T> T read(KafkaSerde serde, Class<T> type, byte[] bytes) {
    return serde(serde, type).decode(bytes, type, Headers.empty());
  }

  static Stream<Arguments> ofKafka() {
    return Stream.of(
        arguments(Serdes.String(), "text é"),
        arguments(Serdes.ByteArray(), new byte[] {1, 2, 3}),
        arguments(Serdes.ByteBuffer(), ByteBuffer.wrap(new byte[] {1, 2, 3})),
        arguments(Serdes.Long(), 1L << 40),
        arguments(Serdes.Integer(), 7),
        arguments(Serdes.Short(), (short) 7),
        arguments(Serdes.Double(), 0.5),
        arguments(Serdes.Float(), 0.5f),
        arguments(Serdes.Boolean(), true),
        arguments(Serdes.UUID(), new UUID(1, 2)));
  }

  @ParameterizedTest
  @MethodSource("ofKafka")
  void kafkasOwn_readWhatTheyWrote(
      org.apache.kafka.common.serialization.Serde<Object> kafkas, Object payload) {
    KafkaSerde serde = KafkaSerde.of(kafkas.serializer(), kafkas.deserializer());
    byte[] bytes = write(serde, payload);

    assertThat(bytes).isEqualTo(kafkas.serializer().serialize("orders", payload));
    assertThat(read(serde, Object.class, bytes)).isEqualTo(payload);
  }

  @Test
  void contentType_isOfAnyBytes_unlessItIsSaid() {
    KafkaSerde serde = KafkaSerde.of(WRITES, READS);
    assertThat(serde(serde, String.class).contentType()).isEqualTo("application/octet-stream");

    Serde<String> text = serde(serde.withContentType("text/plain; charset=utf-8"), String.class);
    assertThat(text.contentType()).isEqualTo("text/plain; charset=utf-8");
    assertThat(text.reads("text/plain")).isTrue();
    assertThat(text.reads("application/octet-stream")).isFalse();
    assertThatThrownBy(() -> serde.withContentType("avro"))
        .hasMessage("content type is avro, must be a media type such as application/octet-stream");
  }

  @Test
  void onlyFor_keepsItToAType() {
    Serde.Factory strings = KafkaSerde.of(WRITES, READS).onlyFor(String.class);

    assertThat(strings.create(Topic.of("orders", String.class))).isNotNull();
    assertThat(strings.create(Topic.of("orders", Long.class))).isNull();
  }

  /** Puts the encoding in a header and takes it from there, as some do with ids of schemas. */
  static final class InHeader implements Serializer<String>, Deserializer<String> {
    @Override
    public byte[] serialize(String topic, String data) {
      throw new AssertionError("without headers");
    }

    @Override
    public byte[] serialize(
        String topic, org.apache.kafka.common.header.Headers headers, String data) {
      headers.add("topic", topic.getBytes(UTF_8)).add("absent", null);
      return data.getBytes(UTF_8);
    }

    @Override
    public String deserialize(String topic, byte[] data) {
      throw new AssertionError("without headers");
    }

    @Override
    public String deserialize(
        String topic, org.apache.kafka.common.header.Headers headers, byte[] data) {
      String read =
          topic
              + new String(headers.lastHeader("topic").value(), UTF_8)
              + (headers.lastHeader("absent").value() == null)
              + new String(data, UTF_8);
      headers.remove("topic");
      return read;
    }

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
      throw new AssertionError("configured already");
    }

    @Override
    public void close() {}
  }

  @Test
  void headers_goOnTheRecord_andStayThereWhateverIsDoneToThem() {
    InHeader both = new InHeader();
    Serde<String> serde = serde(KafkaSerde.of(both, both), String.class);
    List<Headers.Header> added = new ArrayList<>();
    byte[] bytes = serde.encode("x", (name, value) -> added.add(new Headers.Header(name, value)));
    assertThat(added).extracting(Headers.Header::text).containsExactly("orders", null);

    org.apache.kafka.common.header.internals.RecordHeaders onRecord =
        new org.apache.kafka.common.header.internals.RecordHeaders();
    added.forEach(header -> onRecord.add(header.name(), header.value()));
    assertThat(serde.decode(bytes, String.class, new KafkaHeaders(onRecord)))
        .isEqualTo("ordersorderstruex");
    assertThat(onRecord.lastHeader("topic")).isNotNull();
  }

  /** Counts, and remembers what it was given. */
  public static final class Watched implements Serializer<String>, Deserializer<String> {
    static final Set<Watched> MADE = ConcurrentHashMap.newKeySet();

    final AtomicInteger closed = new AtomicInteger();
    final AtomicInteger atWork = new AtomicInteger();
    Map<String, ?> configuration;
    boolean isKey = true;

    @SuppressWarnings("this-escape") // nobody looks before it is made
    public Watched() {
      MADE.add(this);
    }

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
      this.configuration = configs;
      this.isKey = isKey;
    }

    @Override
    public byte[] serialize(String topic, String data) {
      return (data + Thread.currentThread().getContextClassLoader()).getBytes(UTF_8);
    }

    @Override
    public String deserialize(String topic, byte[] data) {
      assertThat(atWork.incrementAndGet()).isEqualTo(1);
      Thread.onSpinWait();
      atWork.decrementAndGet();
      return new String(data, UTF_8) + Thread.currentThread().getContextClassLoader();
    }

    @Override
    public void close() {
      closed.incrementAndGet();
    }
  }

  private static KafkaSerde watched() {
    Watched.MADE.clear();
    return KafkaSerde.of(Watched.class.getName(), Watched.class.getName(), Map.of("a", 1));
  }

  @Test
  void byName_areConfiguredForValues_withTheMapAsItIs() {
    KafkaSerde serde = watched();

    assertThat(Watched.MADE).hasSize(2).allMatch(made -> !made.isKey);
    assertThat(Watched.MADE)
        .allSatisfy(made -> assertThat(made.configuration).isEqualTo(Map.of("a", 1)));
    serde.close();
  }

  @Test
  void close_closesEachOnce_andNothingWorksAfter() {
    KafkaSerde serde = watched();
    KafkaSerde other = serde.withContentType("text/plain");
    byte[] bytes = write(serde, "x");
    read(serde, String.class, bytes);
    serde.close();
    serde.close();
    other.close();

    assertThat(Watched.MADE).hasSize(2).allMatch(made -> made.closed.get() == 1);
    assertThatThrownBy(() -> write(serde, "x")).hasMessage("this KafkaSerde is closed");
    assertThatThrownBy(() -> read(serde, String.class, bytes))
        .hasMessage("this KafkaSerde is closed");
  }

  @Test
  void close_holdsNobodyUp() {
    KafkaSerde serde = KafkaSerde.of(new StringSerializer(), new StringDeserializer());
    serde.close();

    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> read(serde, String.class, new byte[0]))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  /** Works until it is let go. */
  public static final class Waiting extends StringDeserializer {
    static final AtomicInteger AT_WORK = new AtomicInteger();
    static final AtomicReference<CountDownLatch> LET_GO = new AtomicReference<>();

    @Override
    public String deserialize(String topic, byte[] data) {
      AT_WORK.incrementAndGet();
      try {
        LET_GO.get().await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      return "done";
    }
  }

  @Test
  void deserializersOfAClass_areAsManyAsThereAreProcessors() throws Exception {
    int processors = Runtime.getRuntime().availableProcessors();
    Waiting.LET_GO.set(new CountDownLatch(1));
    Waiting.AT_WORK.set(0);
    KafkaSerde serde =
        KafkaSerde.of(StringSerializer.class.getName(), Waiting.class.getName(), Map.of());
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < processors + 3; i++) {
      Thread thread = new Thread(() -> read(serde, String.class, new byte[0]));
      thread.setDaemon(true);
      thread.start();
      threads.add(thread);
    }
    await().until(() -> threads.stream().allMatch(t -> t.getState() == Thread.State.WAITING));

    assertThat(Waiting.AT_WORK).hasValue(processors);
    Waiting.LET_GO.get().countDown();
    for (Thread thread : threads) {
      thread.join(30_000);
    }
    assertThat(Waiting.AT_WORK).hasValue(processors + 3);
    serde.close();
  }

  @Test
  void close_ofWhatIsAtWork_waitsUntilItIsDone() throws Exception {
    CountDownLatch working = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    AtomicInteger closed = new AtomicInteger();
    Deserializer<String> slow =
        new Deserializer<>() {
          @Override
          public String deserialize(String topic, byte[] data) {
            working.countDown();
            try {
              go.await();
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
            assertThat(closed).hasValue(0);
            return "done";
          }

          @Override
          public void close() {
            closed.incrementAndGet();
          }
        };
    KafkaSerde serde = KafkaSerde.of(WRITES, slow);
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try {
      Future<String> read = threads.submit(() -> read(serde, String.class, new byte[0]));
      working.await();
      serde.close();
      assertThat(closed).hasValue(0);
      go.countDown();

      assertThat(read.get(30, TimeUnit.SECONDS)).isEqualTo("done");
      assertThat(closed).hasValue(1);
    } finally {
      threads.shutdownNow();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void deserializer_isUsedByOneThreadAtATime(boolean byName) throws Exception {
    Watched.MADE.clear();
    KafkaSerde serde = byName ? watched() : KafkaSerde.of(new Watched(), new Watched());
    ExecutorService threads = Executors.newFixedThreadPool(8);
    CyclicBarrier together = new CyclicBarrier(8);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        all.add(
            threads.submit(
                () -> {
                  together.await();
                  for (int j = 0; j < 200; j++) {
                    read(serde, String.class, new byte[0]);
                  }
                  return null;
                }));
      }
      for (Future<?> one : all) {
        one.get(30, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(Watched.MADE.size())
        .isLessThanOrEqualTo(1 + Runtime.getRuntime().availableProcessors());
    serde.close();
    assertThat(Watched.MADE).allMatch(made -> made.closed.get() == 1);
  }

  @Test
  void contextClassLoader_isThatOfWhoMadeIt_andIsPutBack() throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader own = new URLClassLoader("own", new URL[0], before)) {
      thread.setContextClassLoader(own);
      KafkaSerde serde;
      try {
        serde = watched();
      } finally {
        thread.setContextClassLoader(before);
      }

      assertThat(new String(write(serde, "x"), UTF_8)).isEqualTo("x" + own);
      assertThat(read(serde, String.class, new byte[0])).isEqualTo("" + own);
      assertThat(thread.getContextClassLoader()).isSameAs(before);
      serde.close();
    }
  }

  @Test
  void classThatIsNotThere_orIsNoSerializer_isToldByName() {
    String string = StringSerializer.class.getName();
    assertThatThrownBy(() -> KafkaSerde.of("com.acme.Missing", "x", Map.of()))
        .isInstanceOf(EventsException.class)
        .hasMessage("there is no class com.acme.Missing; add the library that has it");
    assertThatThrownBy(() -> KafkaSerde.of(string, string, Map.of()))
        .hasMessage(string + " is no org.apache.kafka.common.serialization.Deserializer");
    assertThatThrownBy(() -> KafkaSerde.of(InHeader.class.getName(), "x", Map.of()))
        .hasMessageContaining("needs a public constructor without parameters");
  }

  /** Closed if what belongs to it can't be made. */
  @Test
  void serializerWithoutItsDeserializer_isClosed() {
    Watched.MADE.clear();
    assertThatThrownBy(() -> KafkaSerde.of(Watched.class.getName(), "com.acme.Missing", Map.of()))
        .isInstanceOf(EventsException.class);
    assertThat(Watched.MADE).singleElement().matches(made -> made.closed.get() == 1);
  }

  public static final class Choosy extends StringSerializer {
    static final AtomicInteger CLOSED = new AtomicInteger();

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
      throw new org.apache.kafka.common.config.ConfigException(
          "password", configs.get("password"), "too short");
    }

    @Override
    public void close() {
      CLOSED.incrementAndGet();
    }
  }

  @Test
  void refusedConfiguration_isTold_withoutItsValues() {
    Choosy.CLOSED.set(0);
    Throwable refused =
        catchThrowable(
            () -> KafkaSerde.of(Choosy.class.getName(), "x", Map.of("password", CANARY)));

    assertThat(refused)
        .isInstanceOf(EventsException.class)
        .hasMessage(
            Choosy.class.getName()
                + " refuses its configuration [password]: Invalid value … for configuration"
                + " password: too short")
        .hasNoCause();
    assertThat(Choosy.CLOSED).hasValue(1);
  }

  @Test
  void payloadOfAnotherClass_isRefused_bothWays() {
    KafkaSerde serde = KafkaSerde.of(WRITES, READS);

    assertThatThrownBy(() -> write(serde, 1L))
        .isInstanceOf(SerdeException.class)
        .hasMessageContaining("StringSerializer can't write java.lang.Long of topic orders");
    assertThatThrownBy(() -> read(serde, Long.class, CANARY.getBytes(UTF_8)))
        .isInstanceOf(SerdeException.class)
        .hasMessage("it is read as a java.lang.String, and the event is a java.lang.Long");
  }

  @Test
  void nullOfASerializer_isNoTombstone_andNullOfADeserializerNoEvent() {
    KafkaSerde serde = KafkaSerde.of((topic, data) -> null, (topic, data) -> null);

    assertThatThrownBy(() -> write(serde, "x"))
        .isInstanceOf(SerdeException.class)
        .hasMessageContaining("would be a tombstone");
    assertThatThrownBy(() -> read(serde, String.class, new byte[0]))
        .isInstanceOf(SerdeException.class)
        .hasMessage("it is read as null, and the event is a java.lang.String");
  }

  /** As Confluent's and Amazon's clients have them. */
  static class StatusException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    StatusException(int status) {
      super(CANARY);
      this.status = status;
    }

    public int getStatus() {
      return status;
    }
  }

  static final class OfAnotherLibrary extends IOException {
    private static final long serialVersionUID = 1L;
  }

  static Stream<Throwable> outages() {
    return Stream.of(
        new ConnectException(CANARY),
        new UnknownHostException(CANARY),
        new InterruptedIOException(CANARY),
        new HttpTimeoutException(CANARY),
        new ClosedChannelException(),
        new SSLHandshakeException(CANARY).initCause(new EOFException(CANARY)),
        new IOException(CANARY),
        new IOException(CANARY).initCause(new ConnectException(CANARY)),
        new TimeoutException(CANARY),
        new java.util.concurrent.TimeoutException(CANARY),
        new StatusException(401),
        new StatusException(429),
        new StatusException(500),
        new StatusException(503));
  }

  static Stream<Throwable> badData() {
    return Stream.of(
        new EOFException(CANARY),
        new MalformedInputException(1),
        new OfAnotherLibrary(),
        new IOException(CANARY).initCause(new EOFException(CANARY)),
        new StatusException(404),
        new StatusException(409),
        new StatusException(422),
        new StatusException(-1),
        new StatusException(404).initCause(new ConnectException()),
        new IllegalArgumentException(CANARY),
        new KafkaException(CANARY),
        new StackOverflowError());
  }

  @ParameterizedTest
  @MethodSource("outages")
  void outage_isUnavailable_andTellsNothingOfThePayload(Throwable cause) {
    assertFailure(UnavailableException.class, cause);
  }

  @ParameterizedTest
  @MethodSource("badData")
  void badData_isASerdeException_andTellsNothingOfThePayload(Throwable cause) {
    assertFailure(SerdeException.class, cause);
  }

  private static void assertFailure(Class<? extends EventsException> expected, Throwable cause) {
    SerializationException thrown = new SerializationException(CANARY, cause);
    KafkaSerde serde =
        KafkaSerde.of(
            (topic, data) -> {
              throw thrown;
            },
            (topic, data) -> {
              throw thrown;
            });

    for (Throwable failure :
        List.of(
            catchThrowable(() -> write(serde, CANARY)),
            catchThrowable(() -> read(serde, String.class, CANARY.getBytes(UTF_8))))) {
      assertThat(failure)
          .isInstanceOf(expected)
          .hasNoCause()
          .hasMessageContainingAll(
              "of topic orders",
              SerializationException.class.getName() + ", caused by " + cause.getClass().getName());
      assertThat(failure.getMessage()).doesNotContain(CANARY);
    }
  }

  @Test
  void badData_ofKafkasOwn_isASerdeException() {
    KafkaSerde serde = KafkaSerde.of(new UUIDSerializer(), new UUIDDeserializer());

    assertThatThrownBy(() -> read(serde, UUID.class, CANARY.getBytes(UTF_8)))
        .isInstanceOf(SerdeException.class)
        .hasMessageNotContaining(CANARY);
  }

  @Test
  void statusOfAnOutage_isTold() {
    KafkaSerde serde =
        KafkaSerde.of(
            WRITES,
            (topic, data) -> {
              throw new StatusException(503);
            });

    assertThatThrownBy(() -> read(serde, String.class, new byte[2]))
        .hasMessageEndingWith(
            "can't read 2 bytes of topic orders: "
                + StatusException.class.getName()
                + " with status 503");
  }

  @Test
  void waitingForADeserializer_endsWhenInterrupted() throws Exception {
    CountDownLatch working = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    KafkaSerde serde =
        KafkaSerde.of(
            WRITES,
            (topic, data) -> {
              working.countDown();
              try {
                go.await();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
              return "done";
            });
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try {
      Future<String> first = threads.submit(() -> read(serde, String.class, new byte[0]));
      working.await();
      Thread.currentThread().interrupt();
      Throwable second = catchThrowable(() -> read(serde, String.class, new byte[0]));

      assertThat(second).isInstanceOf(UnavailableException.class);
      assertThat(Thread.interrupted()).isTrue();
      go.countDown();
      assertThat(first.get(30, TimeUnit.SECONDS)).isEqualTo("done");
    } finally {
      threads.shutdownNow();
    }
  }
}
