package dev.kafkaevents.testkit.tck;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaevents.Headers;
import dev.kafkaevents.SerdeException;
import dev.kafkaevents.Topic;
import dev.kafkaevents.spi.Serde;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link Serde} has to do: give back what it was given, read what other versions wrote,
 * refuse anything else with a {@link SerdeException}, say nothing of payloads while it does, and
 * all that for many threads at once.
 *
 * <pre>{@code
 * class XmlSerdeTest extends SerdeTck<Order> {
 *   @Override
 *   protected Serde.Factory factory() {
 *     return XmlSerde.factory();
 *   }
 *   // and the other abstract methods
 * }
 * }</pre>
 *
 * <p>Payloads and bytes are random. The seed is always the same, so that a build fails for what was
 * changed; the system property {@code events.seed} takes another, and {@code events.runs} takes
 * more or fewer of them than 500. What fails tells its seed.
 *
 * @param <T> the payloads to test with; of a type with parts of every kind that the serde knows
 */
@Timeout(120)
public abstract class SerdeTck<T> {
  private static final long SEED = Long.getLong("events.seed", 42);
  private static final int RUNS = Integer.getInteger("events.runs", 500);
  private static final int THREADS = 8;

  /** Found in no stack trace unless a payload is. */
  private static final String SECRET = "q7zx8vjk";

  private static final int TELLING = 5;

  private final Random random = new Random(SEED);

  /** For subclasses. */
  protected SerdeTck() {}

  /** The factory under test, as an application installs it. Called once by each test. */
  protected abstract Serde.Factory factory();

  /** A topic that the factory accepts. */
  protected abstract Topic<T> topic();

  /**
   * A payload that nobody expects: texts that are empty, long and of any script, numbers at their
   * limits, lists of any length, now and then a part that is absent.
   *
   * @param random where to take it from, and from nowhere else
   */
  protected abstract T payload(Random random);

  /** A payload without all that may be absent, null or empty. */
  protected abstract T sparse();

  /** A payload that has {@code text} in it, all of it as it is. */
  protected abstract T payloadWith(String text);

  /** How many bytes the serde reads at most. */
  protected abstract int maxBytes();

  /**
   * Events of one version that are read by another, old by new and new by old. If there are none,
   * that test is aborted and says so.
   */
  protected abstract List<Evolution> evolutions();

  /** Values that are refused, besides those that the suite makes up; none unless overridden. */
  protected List<byte[]> refused() {
    return List.of();
  }

  /**
   * Whether an event that lacks its end is always refused. If the format can't tell, as with plain
   * text, it is read as another event.
   */
  protected boolean noticesTruncation() {
    return true;
  }

  /** Fails unless both are the same event; by {@code equals} unless overridden. */
  protected void requireSame(T expected, T actual) {
    assertThat((Object) actual).isEqualTo(expected);
  }

  private Wire<T> wire() {
    return Wire.of(factory(), topic());
  }

  private static String seed() {
    return "-Devents.seed=" + SEED;
  }

  private void requireCopied(Wire<T> wire, T payload) {
    try {
      requireSame(payload, wire.read(wire.write(payload)));
    } catch (SerdeException | AssertionError e) {
      throw new AssertionError(seed() + ": it is not given back as it was: " + e.getMessage(), e);
    }
  }

  // What is written.

  @Test
  void whatIsWritten_isReadAsItWas() {
    Wire<T> wire = wire();
    for (int i = 0; i < RUNS; i++) {
      requireCopied(wire, payload(random));
    }
  }

  @Test
  void whatIsAbsent_staysAbsent() {
    requireCopied(wire(), sparse());
  }

  @Test
  void texts_areReadAsTheyWere_whateverTheirCharacters() {
    Wire<T> wire = wire();
    for (String text :
        List.of("", " ", "\"'\\<>&", "\r\n\t", "ü", "日本", "😀", "a\u0301", "x".repeat(70_000))) {
      requireCopied(wire, payloadWith(text));
    }
  }

  @Test
  void anotherInstance_readsIt() {
    Serde.Factory factory = factory();
    T payload = payload(random);

    Wire.Written written = Wire.of(factory, topic()).write(payload);

    requireSame(payload, Wire.of(factory, topic()).read(written));
  }

  @Test
  void itsContentType_isAMediaTypeThatItReads_andOthersAreNot() {
    Serde<T> serde = wire().serde();
    String type = Serde.mediaType(serde.contentType());

    assertThat(type).matches("[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+");
    assertThat(serde.reads(type)).as("reads its own, " + type).isTrue();
    assertThat(serde.reads("application/x-nobody-writes-this"))
        .as("reads what is none of its affair, so that other serdes are never asked")
        .isFalse();
    assertThat(serde.reads("application/cloudevents+json"))
        .as("reads whole events, which are not payloads")
        .isFalse();
  }

  @Test
  void reading_leavesTheBytesAsTheyAre() {
    Wire<T> wire = wire();
    Wire.Written written = wire.write(payload(random));
    byte[] before = written.value().clone();

    requireSame(wire.read(written), wire.read(written));

    assertThat(written.value())
        .as("the bytes, which a dead letter needs as they were")
        .isEqualTo(before);
  }

  // Other versions.

  @TestFactory
  Stream<DynamicTest> otherVersions() {
    List<Evolution> evolutions = evolutions();
    Assumptions.assumeFalse(
        evolutions.isEmpty(), "evolutions() gives none, so nobody knows what other versions read");
    Serde.Factory factory = factory();
    return evolutions.stream()
        .map(each -> DynamicTest.dynamicTest(each.toString(), () -> evolve(factory, each)));
  }

  private static void evolve(Serde.Factory factory, Evolution evolution) {
    Wire.Written written = write(factory, evolution.writer(), evolution.written());
    Wire<?> reader = Wire.of(factory, evolution.reader());
    Object expected = evolution.read();
    if (expected == null) {
      assertThatThrownBy(() -> reader.readAsItsOnlyType(written))
          .as(evolution.toString())
          .isInstanceOf(SerdeException.class);
    } else {
      assertThat((Object) reader.readAsItsOnlyType(written))
          .as(evolution.toString())
          .isEqualTo(expected);
    }
  }

  @SuppressWarnings("unchecked") // an Evolution is made of a topic and a payload of its type
  private static <P> Wire.Written write(Serde.Factory factory, Topic<P> topic, Object payload) {
    return Wire.of(factory, topic).write((P) payload);
  }

  // What is no event.

  @Test
  void truncatedAnywhere_isRefused() {
    Wire<T> wire = wire();
    Wire.Written whole = wire.write(payloadWith("a text"));
    for (int length = 0; length < whole.value().length; length++) {
      Wire.Written part = whole.withValue(Arrays.copyOf(whole.value(), length));
      SerdeException refusal = wire.refusal(part, seed());
      if (noticesTruncation()) {
        assertThat(refusal)
            .as("%d of %d bytes were read as an event", length, whole.value().length)
            .isNotNull();
      }
    }
  }

  @Test
  void randomBytes_areRefused_orAnEvent() {
    Wire<T> wire = wire();
    Wire.Written whole = wire.write(payload(random));
    for (int i = 0; i < RUNS * 4; i++) {
      byte[] bytes = new byte[random.nextInt(64)];
      random.nextBytes(bytes);
      wire.refusal(whole.withValue(bytes), seed());
      wire.refusal(whole.withValue(bytes).withHeaders(Headers.empty()), seed());
    }
  }

  @Test
  void changedBytes_areRefused_orAnEvent() {
    Wire<T> wire = wire();
    for (int i = 0; i < RUNS * 4; i++) {
      Wire.Written whole = wire.write(payload(random));
      wire.refusal(whole.withValue(Garbled.by(random, whole.value())), seed());
    }
  }

  @Test
  void headersOfAnything_areRefused_orAnEvent() {
    Wire<T> wire = wire();
    Wire.Written whole = wire.write(payload(random));
    wire.refusal(whole.withHeaders(Headers.empty()), seed());
    for (int i = 0; i < RUNS; i++) {
      List<Headers.Header> headers = new ArrayList<>();
      for (Headers.Header header : whole.headers()) {
        headers.add(
            new Headers.Header(header.name(), Garbled.by(random, requireNonNull(header.value()))));
      }
      wire.refusal(whole.withHeaders(Headers.of(headers)), seed());
    }
  }

  @Test
  void whatIsNoEventOfThisFormat_isRefused() {
    Wire<T> wire = wire();
    Wire.Written whole = wire.write(sparse());
    for (byte[] bytes : refused()) {
      Wire.Written other = whole.withValue(bytes);
      assertThat(wire.refusal(other, seed())).as(other + " was read as an event").isNotNull();
    }
  }

  // What is too large.

  @Test
  void aValueOfMoreBytesThanAllowed_isRefused() {
    Wire<T> wire = wire();
    Wire.Written small = wire.write(sparse());
    byte[] bytes = Arrays.copyOf(small.value(), maxBytes() + 1);

    assertThat(wire.refusal(small.withValue(bytes), seed())).as("of zeros").isNotNull();

    Arrays.fill(bytes, (byte) ' ');
    System.arraycopy(small.value(), 0, bytes, 0, small.value().length);
    assertThat(wire.refusal(small.withValue(bytes), seed())).as("of spaces").isNotNull();
  }

  @Test
  void aLargePayload_isWrittenAndRead_orRefusedAtOnce() {
    Wire<T> wire = wire();

    requireCopied(wire, payloadWith("x".repeat(maxBytes() / 4)));
    T tooLarge = payloadWith(SECRET.repeat(maxBytes() / SECRET.length() + 1));
    assertThatThrownBy(() -> wire.write(tooLarge))
        .as("what is written and can't be read is a dead letter for all who read it")
        .isInstanceOf(SerdeException.class)
        .satisfies(SerdeTck::requireSilence);
  }

  // What must never be told.

  @Test
  void aRefusal_saysNothingOfThePayload() {
    Wire<T> wire = wire();
    Wire.Written whole = wire.write(payloadWith(SECRET));
    assertThat(new String(whole.value(), UTF_8))
        .as("payloadWith(text) has the text in it as it is, or this shows nothing")
        .contains(SECRET);
    for (int length = 0; length < whole.value().length; length++) {
      requireSilence(wire.refusal(whole.withValue(Arrays.copyOf(whole.value(), length)), seed()));
    }
    for (int i = 0; i < RUNS * 4; i++) {
      requireSilence(wire.refusal(whole.withValue(Garbled.by(random, whole.value())), seed()));
    }
  }

  private static void requireSilence(@Nullable Throwable refusal) {
    if (refusal != null && Wire.everything(refusal).contains(SECRET.substring(0, TELLING))) {
      throw new AssertionError(
          "a %s quotes the payload; its message and its causes end up in logs"
              .formatted(refusal.getClass().getName()));
    }
  }

  // Threads.

  @Test
  void manyThreads_writeAndReadTheirOwn() throws Exception {
    Wire<T> wire = wire();
    CountDownLatch together = new CountDownLatch(THREADS);
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<?>> runs = new ArrayList<>();
      for (int thread = 0; thread < THREADS; thread++) {
        Random own = new Random(SEED + thread);
        runs.add(
            threads.submit(
                () -> {
                  together.countDown();
                  together.await();
                  for (int i = 0; i < RUNS; i++) {
                    requireCopied(wire, payload(own));
                    wire.refusal(wire.write(sparse()).withValue(new byte[] {1}), seed());
                  }
                  return null;
                }));
      }
      for (Future<?> run : runs) {
        run.get(100, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
