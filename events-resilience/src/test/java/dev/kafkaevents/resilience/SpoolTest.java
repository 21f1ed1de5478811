package dev.kafkaevents.resilience;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.kafkaevents.EventsException;
import dev.kafkaevents.FailureClass;
import dev.kafkaevents.Message;
import dev.kafkaevents.Position;
import dev.kafkaevents.PublishException;
import dev.kafkaevents.PublishException.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SpoolTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Instant NOON = Instant.parse("2026-01-02T12:00:00.123Z");

  @TempDir Path temporary;

  private Spool open() {
    return Spool.open(temporary.resolve("spool"), 1 << 20, InstantSource.fixed(NOON));
  }

  static String text(Message message) {
    return new String(message.value(), UTF_8);
  }

  static Message message(String text) {
    return Message.of("orders", new byte[] {1}, text.getBytes(UTF_8));
  }

  static CompletableFuture<Void> take(Spool spool, String text) {
    return spool.take(message(text), "event " + text + " for topic orders");
  }

  static List<String> fill(Spool spool, int from, int to) {
    List<String> texts = IntStream.range(from, to).mapToObj(String::valueOf).toList();
    List<CompletableFuture<Void>> kept = texts.stream().map(text -> take(spool, text)).toList();
    kept.forEach(one -> assertThat(Spool.storedOrSpooled(one)).succeedsWithin(SOON));
    return texts;
  }

  static PublishException failure(CompletableFuture<?> future) {
    try {
      future.get(SOON.toSeconds(), java.util.concurrent.TimeUnit.SECONDS);
      throw new AssertionError("succeeded");
    } catch (java.util.concurrent.ExecutionException e) {
      return (PublishException) e.getCause();
    } catch (InterruptedException | java.util.concurrent.TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  static void awaitEmpty(Spool spool) {
    await().atMost(SOON).until(() -> spool.contents().messages() == 0);
  }

  @Test
  void messageThatIsSpooled_isNotStored_andSaysSo() {
    try (Spool spool = open()) {
      CompletableFuture<Void> taken = take(spool, "e-1");

      PublishException told = failure(taken);
      assertThat(told.outcome()).isEqualTo(Outcome.SPOOLED);
      assertThat(told)
          .hasMessage(
              "event e-1 for topic orders is not stored yet: it is kept in spool %s, and sent from there",
              temporary.resolve("spool"));
      assertThat(spool.holdsAny()).isTrue();
      assertThat(spool.contents().messages()).isOne();
      assertThat(spool.contents().bytes()).isPositive();
      assertThat(spool.contents().oldest()).isEqualTo(NOON);
    }
  }

  @Test
  void messageThatIsSpooled_isOnTheDiskBeforeAnybodyIsTold() throws IOException {
    try (Spool spool = open()) {
      for (int i = 0; i < 20; i++) {
        failure(take(spool, "e-" + i));
        Path asItIs = temporary.resolve("copy-" + i);
        try (Stream<Path> files = Files.walk(temporary.resolve("spool"))) {
          for (Path file : files.toList()) {
            Files.copy(
                file, asItIs.resolve(temporary.resolve("spool").relativize(file).toString()));
          }
        }
        try (Spool afterACrash = Spool.open(asItIs, 1 << 20)) {
          assertThat(afterACrash.contents().messages()).isEqualTo(i + 1);
        }
      }
    }
  }

  @Test
  void messageWithoutTimestamp_hasTheTimeAtWhichItWasSpooled_whenItIsSent() {
    List<Instant> times = Collections.synchronizedList(new ArrayList<>());
    FakeOutlet looking =
        new FakeOutlet(true) {
          @Override
          public CompletableFuture<Position> send(Message message) {
            times.add(message.timestamp());
            return super.send(message);
          }
        };
    try (Spool spool = open()) {
      spool.take(message("none"), "");
      spool.take(message("old").withTimestamp(Instant.EPOCH), "");
      spool.replayTo(looking, this);
      awaitEmpty(spool);
      assertThat(times).containsExactly(NOON, Instant.EPOCH);
    }
  }

  @Test
  void whatIsKept_isSentInOrder_acrossRestartsAndFailures() {
    List<String> all = new ArrayList<>();
    try (Spool spool = open()) {
      all.addAll(fill(spool, 0, 500));
    }
    FakeOutlet outlet = new FakeOutlet(true);
    outlet.failures.set(2);
    try (Spool spool = open()) {
      assertThat(spool.contents().messages()).isEqualTo(500);
      spool.replayTo(outlet, this);
      all.addAll(fill(spool, 500, 1_000));
      awaitEmpty(spool);
      assertThat(spool.holdsAny()).isFalse();
      assertThat(spool.contents().bytes()).as("nothing is left on the disk").isZero();
      assertThat(spool.contents().oldest()).isNull();
    }
    assertThat(outlet.stored).isEqualTo(all);
  }

  @Test
  void closedInTheMiddle_goesOnFromThere() {
    List<String> all;
    FakeOutlet outlet = new FakeOutlet(true);
    try (Spool spool = open()) {
      all = fill(spool, 0, 300);
      spool.replayTo(outlet, this);
      awaitEmpty(spool);
      outlet.answers = false;
      fill(spool, 300, 400);
      await().atMost(SOON).until(() -> !outlet.open.isEmpty());
    }
    FakeOutlet next = new FakeOutlet(true);
    try (Spool spool = open()) {
      spool.replayTo(next, this);
      awaitEmpty(spool);
    }
    assertThat(outlet.stored).isEqualTo(all);
    assertThat(next.stored).isEqualTo(IntStream.range(300, 400).mapToObj(String::valueOf).toList());
  }

  @Test
  void messageThatIsRefused_isSetAside_andTheRestGoesOn() throws IOException {
    FakeOutlet outlet = new FakeOutlet(true);
    outlet.refused = "7";
    try (Spool spool = open()) {
      fill(spool, 0, 10);
      spool.replayTo(outlet, this);
      awaitEmpty(spool);
      assertThat(spool.contents().quarantined()).isOne();
    }
    assertThat(outlet.stored).hasSize(9).doesNotContain("7");
    try (Stream<Path> kept = Files.list(temporary.resolve("spool/quarantine"))) {
      byte[] frame = Files.readAllBytes(kept.findFirst().orElseThrow());
      SpoolFrame read = SpoolFrame.decode(java.nio.ByteBuffer.wrap(frame), 0);
      assertThat(text(read.message())).isEqualTo("7");
    }
  }

  @Test
  void full_refusesAtOnce_andTakesAgainWhenThereIsRoom() {
    FakeOutlet outlet = new FakeOutlet(true);
    outlet.isThere = false;
    String large = "x".repeat(100_000);
    try (Spool spool = open()) {
      spool.replayTo(outlet, this);
      for (int i = 0; i < 10; i++) {
        assertThat(failure(take(spool, large)).outcome()).isEqualTo(Outcome.SPOOLED);
      }
      PublishException full = failure(spool.take(message(large), "event e-11 for topic orders"));
      assertThat(full.outcome()).isEqualTo(Outcome.NOT_STORED);
      assertThat(full.failureClass()).isEqualTo(FailureClass.BACK_PRESSURE);
      assertThat(full)
          .hasMessageStartingWith("event e-11 for topic orders is not stored: spool")
          .hasMessageContaining("is full, with 10 messages in 1000")
          .hasMessageEndingWith("of 1048576 bytes");

      outlet.isThere = true;
      awaitEmpty(spool);
      assertThat(failure(take(spool, large)).outcome()).isEqualTo(Outcome.SPOOLED);
    }
  }

  @Test
  void outletThatMayGiveUp_hasOneMessageOfAKeyAtATime() {
    FakeOutlet outlet = new FakeOutlet(false);
    outlet.answers = false;
    try (Spool spool = open()) {
      spool.replayTo(outlet, this);
      outlet.isThere = false;
      fill(spool, 0, 5);
      outlet.isThere = true;
      await().atMost(SOON).until(() -> outlet.open.size() == 1);
      assertThat(spool.contents().messages()).isEqualTo(5);
      outlet.answers = true;
      outlet.open.get(0).complete(new Position("orders", 0, 0));
      awaitEmpty(spool);
      assertThat(outlet.stored).containsExactly("1", "2", "3", "4");
    }
  }

  @Test
  void callers_areHeldForAMoment_andNotForEver_whileTheLastAreSent() {
    FakeOutlet outlet = new FakeOutlet(true);
    try (Spool spool = open()) {
      outlet.isThere = false;
      spool.replayTo(outlet, this);
      fill(spool, 0, 3);
      outlet.answers = false;
      outlet.isThere = true;
      await().atMost(SOON).until(() -> outlet.open.size() == 1);
      outlet.open.get(0).complete(new Position("orders", 0, 0));
      await().atMost(SOON).until(() -> outlet.open.size() == 3);
      assertThat(spool.holdsAny()).as("they have no answer").isTrue();
      outlet.open.get(1).complete(new Position("orders", 0, 1));
      outlet.open.get(2).complete(new Position("orders", 0, 2));
      awaitEmpty(spool);
    }
  }

  @Test
  void callback_mayPublishAndWait() {
    try (Spool spool = open()) {
      CompletableFuture<Outcome> second =
          take(spool, "1").handle((none, spooled) -> failure(take(spool, "2")).outcome());
      assertThat(second).succeedsWithin(SOON).isEqualTo(Outcome.SPOOLED);
    }
  }

  @Test
  void callback_mayClose() {
    Spool spool = open();
    CompletableFuture<Boolean> closed =
        take(spool, "1")
            .handle(
                (none, spooled) -> {
                  spool.close();
                  return true;
                });
    assertThat(closed).succeedsWithin(SOON).isEqualTo(true);
  }

  @Test
  void callbacks_runInTheOrderOfPublishing_andAllBeforeItIsClosed() {
    List<Integer> told = Collections.synchronizedList(new ArrayList<>());
    List<Integer> all = IntStream.range(0, 2_000).boxed().toList();
    try (Spool spool = open()) {
      for (int i : all) {
        var unused = take(spool, "e-" + i).whenComplete((none, spooled) -> told.add(i));
      }
    }
    assertThat(told).isEqualTo(all);
  }

  @Test
  void failureThatStays_isTriedAgainLessAndLessOften() {
    List<Long> tries = Collections.synchronizedList(new ArrayList<>());
    FakeOutlet broken =
        new FakeOutlet(true) {
          @Override
          public int room() {
            tries.add(System.nanoTime());
            throw new IllegalStateException("broken");
          }
        };
    try (Spool spool = open()) {
      spool.replayTo(broken, this);
      fill(spool, 0, 1);
      await().atMost(SOON).until(() -> tries.size() >= 5);
    }
    assertThat(Duration.ofNanos(tries.get(4) - tries.get(3)))
        .as("at least half of 100 ms, doubled three times")
        .isGreaterThanOrEqualTo(Duration.ofMillis(400));
  }

  @Test
  void closed_takesNothingMore() {
    Spool spool = open();
    spool.close();
    assertThat(failure(take(spool, "late")))
        .hasMessageEndingWith("is closed")
        .extracting(PublishException::outcome)
        .isEqualTo(Outcome.NOT_STORED);
    assertThat(spool.contents().messages()).isZero();
  }

  @Test
  void secondUser_isRefused() {
    try (Spool spool = open()) {
      spool.replayTo(new FakeOutlet(true), this);
      spool.replayTo(new FakeOutlet(true), this);
      assertThatThrownBy(() -> spool.replayTo(new FakeOutlet(true), "another"))
          .isInstanceOf(EventsException.class)
          .hasMessageContainingAll("spool", "in use by another publisher", "open another one");
      assertThatThrownBy(this::open).isInstanceOf(EventsException.class);
    }
  }

  @Test
  void bound_thatIsTooSmall_isRefused() {
    assertThatThrownBy(() -> Spool.open(temporary, 1_000))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a spool of 1000 bytes is too small, must be at least 1048576");
  }

  @Test
  void storedOrSpooled_isForThoseToWhomEitherWillDo() {
    CompletableFuture<Void> unknown =
        Spool.storedOrSpooled(
            CompletableFuture.failedFuture(
                new CompletionException(new PublishException(Outcome.UNKNOWN, "may be", null))));
    assertThat(Spool.storedOrSpooled(CompletableFuture.completedFuture("stored"))).isCompleted();
    assertThat(
            Spool.storedOrSpooled(
                CompletableFuture.failedFuture(new PublishException(Outcome.SPOOLED, "", null))))
        .isCompleted();
    assertThat(failure(unknown).outcome()).isEqualTo(Outcome.UNKNOWN);
  }
}
