package dev.kafkaevents.testkit.tck;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaevents.Headers;
import dev.kafkaevents.SerdeException;
import dev.kafkaevents.Topic;
import dev.kafkaevents.spi.Serde;
import dev.kafkaevents.testkit.TestRun;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.engine.TestExecutionResult.Status;

/** The suite finds what is wrong with a serde, and nothing in one that is right. */
class SerdeTckTest {
  private static final int MOST = 100_000;

  enum Flaw {
    NONE(Sound.class),
    STRIPS_TEXT(
        Strips.class,
        "whatIsWritten_isReadAsItWas()",
        "texts_areReadAsTheyWere_whateverTheirCharacters()"),
    THROWS_WHAT_IT_MEETS(
        Throws.class, "randomBytes_areRefused_orAnEvent()", "changedBytes_areRefused_orAnEvent()"),
    GIVES_NULL(Nulls.class, "randomBytes_areRefused_orAnEvent()"),
    QUOTES(Quotes.class, "aRefusal_saysNothingOfThePayload()"),
    QUOTES_IN_CAUSE(QuotesInCause.class, "aRefusal_saysNothingOfThePayload()"),
    READS_THE_REST(ReadsTheRest.class, "truncatedAnywhere_isRefused()"),
    UNBOUNDED(Unbounded.class, "aLargePayload_isWrittenAndRead_orRefusedAtOnce()"),
    CONFINED(Confined.class, "manyThreads_writeAndReadTheirOwn()"),
    OVERWRITES(Overwrites.class, "reading_leavesTheBytesAsTheyAre()"),
    READS_ALL_TYPES(
        ReadsAllTypes.class, "itsContentType_isAMediaTypeThatItReads_andOthersAreNot()"),
    READS_OTHERS(ReadsOthers.class, "whatIsNoEventOfThisFormat_isRefused()"),
    REMEMBERS(Remembers.class, "anotherInstance_readsIt()"),
    FORGETS_VERSIONS(ForgetsVersions.class, "old reader");

    final Class<?> tests;
    final List<String> found;

    Flaw(Class<?> tests, String... found) {
      this.tests = tests;
      this.found = List.of(found);
    }
  }

  @ParameterizedTest
  @EnumSource
  void theFlaw_isFound(Flaw flaw) {
    TestRun run =
        TestRun.of(flaw.tests, Map.of("junit.jupiter.execution.parallel.enabled", "false"));

    Set<String> failed = run.names(Status.FAILED);
    if (flaw == Flaw.NONE) {
      assertThat(failed).as(run.failures().toString()).isEmpty();
    } else {
      for (String found : flaw.found) {
        assertThat(failed).as(run.failures().toString()).anyMatch(name -> name.endsWith(found));
      }
    }
  }

  @Test
  void withoutOtherVersions_thatTestIsAborted_andSaysSo() {
    TestRun run = TestRun.of(NoVersions.class);

    assertThat(run.names(Status.FAILED)).isEmpty();
    assertThat(run.failure()).hasMessageContaining("evolutions() gives none");
  }

  record Line(String text) {}

  record OldLine(String text) {}

  /** A length, a colon, and so many bytes of text. */
  private static final class Lines<T> implements Serde<T> {
    private final Topic<T> topic;
    private final Flaw flaw;
    private final Thread maker = Thread.currentThread();
    private @Nullable String last;

    private Lines(Topic<T> topic, Flaw flaw) {
      this.topic = topic;
      this.flaw = flaw;
    }

    @Override
    public String contentType() {
      return "text/x-line; charset=utf-8";
    }

    @Override
    public boolean reads(String contentType) {
      return flaw == Flaw.READS_ALL_TYPES || contentType.equals("text/x-line");
    }

    @Override
    public byte[] encode(T payload, HeaderSink headers) {
      requireOwnThread();
      String text = payload instanceof Line line ? line.text() : ((OldLine) payload).text();
      last = text;
      byte[] bytes = (flaw == Flaw.STRIPS_TEXT ? text.strip() : text).getBytes(UTF_8);
      if (bytes.length > MOST && flaw != Flaw.UNBOUNDED) {
        throw new SerdeException("a line of " + bytes.length + " bytes");
      }
      byte[] length = (bytes.length + ":").getBytes(UTF_8);
      byte[] all = Arrays.copyOf(length, length.length + bytes.length);
      System.arraycopy(bytes, 0, all, length.length, bytes.length);
      return all;
    }

    private void requireOwnThread() {
      if (flaw == Flaw.CONFINED && Thread.currentThread() != maker) {
        throw new IllegalStateException("of one thread");
      }
    }

    @Override
    public T decode(byte[] bytes, Class<? extends T> payloadType, Headers headers) {
      requireOwnThread();
      if (flaw == Flaw.READS_OTHERS && bytes.length == 0) {
        return payload("");
      }
      String text = null;
      try {
        text = text(bytes);
        if (flaw == Flaw.REMEMBERS && last == null) {
          throw new SerdeException("never seen");
        }
      } catch (RuntimeException | CharacterCodingException e) {
        refuse(bytes, e);
      }
      if (flaw == Flaw.OVERWRITES) {
        bytes[0] = '9';
      }
      return text == null ? null : payload(text);
    }

    private T payload(String text) {
      return topic
          .payloadType()
          .cast(
              topic.payloadType() == Line.class
                  ? new Line(text)
                  : new OldLine(flaw == Flaw.FORGETS_VERSIONS ? "" : text));
    }

    private void refuse(byte[] bytes, Exception why) {
      switch (flaw) {
        case THROWS_WHAT_IT_MEETS -> throw new IllegalArgumentException(why);
        case QUOTES -> throw new SerdeException("not a line: " + new String(bytes, UTF_8));
        case QUOTES_IN_CAUSE ->
            throw new SerdeException(
                "not a line", new IllegalArgumentException(new String(bytes, UTF_8)));
        case GIVES_NULL -> {}
        default -> throw new SerdeException("not a line");
      }
    }

    private String text(byte[] bytes) throws CharacterCodingException {
      int colon = 0;
      while (bytes[colon] != ':') {
        colon++;
      }
      int length = Integer.parseInt(new String(bytes, 0, colon, UTF_8));
      int there = bytes.length - colon - 1;
      if (there > MOST && flaw != Flaw.UNBOUNDED) {
        throw new SerdeException("too long");
      }
      if (length != there && flaw != Flaw.READS_THE_REST) {
        throw new SerdeException("not that long");
      }
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, colon + 1, there)).toString();
    }
  }

  abstract static class OfLines extends SerdeTck<Line> {
    private final Flaw flaw;

    OfLines(Flaw flaw) {
      this.flaw = flaw;
    }

    @Override
    protected Serde.Factory factory() {
      return topic -> new Lines<>(topic, flaw);
    }

    @Override
    protected Topic<Line> topic() {
      return Topic.of("lines", Line.class);
    }

    @Override
    protected Line payload(Random random) {
      StringBuilder text = new StringBuilder();
      random.ints(random.nextInt(20), ' ', '~').forEach(c -> text.append((char) c));
      return new Line(text + " ");
    }

    @Override
    protected Line sparse() {
      return new Line("");
    }

    @Override
    protected Line payloadWith(String text) {
      return new Line(text);
    }

    @Override
    protected int maxBytes() {
      return MOST;
    }

    @Override
    protected List<Evolution> evolutions() {
      return List.of(
          Evolution.of(
              "old reader",
              topic(),
              new Line("a"),
              Topic.of("lines", OldLine.class),
              new OldLine("a")));
    }

    @Override
    protected List<byte[]> refused() {
      return List.of(new byte[0], "x".getBytes(UTF_8));
    }
  }

  static final class Sound extends OfLines {
    Sound() {
      super(Flaw.NONE);
    }
  }

  static final class Strips extends OfLines {
    Strips() {
      super(Flaw.STRIPS_TEXT);
    }
  }

  static final class Throws extends OfLines {
    Throws() {
      super(Flaw.THROWS_WHAT_IT_MEETS);
    }
  }

  static final class Nulls extends OfLines {
    Nulls() {
      super(Flaw.GIVES_NULL);
    }
  }

  static final class Quotes extends OfLines {
    Quotes() {
      super(Flaw.QUOTES);
    }
  }

  static final class QuotesInCause extends OfLines {
    QuotesInCause() {
      super(Flaw.QUOTES_IN_CAUSE);
    }
  }

  static final class ReadsTheRest extends OfLines {
    ReadsTheRest() {
      super(Flaw.READS_THE_REST);
    }
  }

  static final class Unbounded extends OfLines {
    Unbounded() {
      super(Flaw.UNBOUNDED);
    }
  }

  static final class Confined extends OfLines {
    Confined() {
      super(Flaw.CONFINED);
    }
  }

  static final class Overwrites extends OfLines {
    Overwrites() {
      super(Flaw.OVERWRITES);
    }
  }

  static final class ReadsAllTypes extends OfLines {
    ReadsAllTypes() {
      super(Flaw.READS_ALL_TYPES);
    }
  }

  static final class ReadsOthers extends OfLines {
    ReadsOthers() {
      super(Flaw.READS_OTHERS);
    }
  }

  static final class Remembers extends OfLines {
    Remembers() {
      super(Flaw.REMEMBERS);
    }
  }

  static final class ForgetsVersions extends OfLines {
    ForgetsVersions() {
      super(Flaw.FORGETS_VERSIONS);
    }
  }

  static final class NoVersions extends OfLines {
    NoVersions() {
      super(Flaw.NONE);
    }

    @Override
    protected List<Evolution> evolutions() {
      return List.of();
    }
  }
}
