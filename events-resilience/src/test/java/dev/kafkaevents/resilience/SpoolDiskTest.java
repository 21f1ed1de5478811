package dev.kafkaevents.resilience;

import static dev.kafkaevents.resilience.SpoolTest.awaitEmpty;
import static dev.kafkaevents.resilience.SpoolTest.failure;
import static dev.kafkaevents.resilience.SpoolTest.fill;
import static dev.kafkaevents.resilience.SpoolTest.take;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.kafkaevents.EventsException;
import dev.kafkaevents.PublishException;
import dev.kafkaevents.PublishException.Outcome;
import dev.kafkaevents.resilience.FaultyDisk.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A spool whose disk fails, or is slow, while it is in use. */
@Timeout(60)
class SpoolDiskTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir Path directory;

  private final FakeOutlet outlet = new FakeOutlet(true);
  private FaultyDisk disk;

  @BeforeEach
  void well() throws IOException {
    disk = new FaultyDisk(directory);
  }

  private Spool open() {
    return Spool.open(disk, 1 << 20, InstantSource.system());
  }

  private Path segment() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> SpoolSegment.numberOf(file) >= 0).findFirst().orElseThrow();
    }
  }

  @Test
  void damageThatIsFoundWhileItIsOpen_isNotWaitedFor() throws IOException {
    outlet.isThere = false;
    try (Spool spool = open()) {
      spool.replayTo(outlet, this);
      fill(spool, 0, 4);
      byte[] bytes = Files.readAllBytes(segment());
      bytes[bytes.length / 4 + 20] ^= 1; // of 1
      bytes[bytes.length - 1] ^= 1; // of 3, the last
      Files.write(segment(), bytes);

      outlet.isThere = true;
      await().atMost(SOON).until(() -> !spool.holdsAny());
      assertThat(outlet.stored).containsExactly("0", "2");
      assertThat(spool.contents().messages()).isZero();
      assertThat(spool.contents().quarantined()).isEqualTo(2);
    }
  }

  @Test
  void progressThatIsNotWritten_isNotWaitedFor_andNothingIsSentAgain() {
    try (Spool spool = open()) {
      disk.fails(
          (operation, file) -> {
            if (file.equals("progress")) {
              throw new IOException("no space");
            }
          });
      spool.replayTo(outlet, this);
      fill(spool, 0, 3);

      await().atMost(SOON).until(() -> !spool.holdsAny());
      assertThat(outlet.stored).containsExactly("0", "1", "2");
      assertThat(spool.contents().messages()).isZero();
    }
  }

  private static final class Unspeakable extends IOException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new AssertionError("can't be logged");
    }
  }

  @Test
  void writer_survivesAFailureThatCanNotEvenBeLogged() {
    try (Spool spool = open()) {
      disk.fails(
          (operation, file) -> {
            throw new Unspeakable();
          });
      assertThat(failure(take(spool, "1")).outcome()).isNotEqualTo(Outcome.SPOOLED);
      disk.isWell();
      assertThat(failure(take(spool, "2")).outcome()).isEqualTo(Outcome.SPOOLED);
    }
  }

  @Test
  void replay_survivesAFailureThatCanNotEvenBeLogged() {
    try (Spool spool = open()) {
      CountDownLatch failed = new CountDownLatch(1);
      disk.fails(
          (operation, file) -> {
            if (file.equals("progress")) {
              failed.countDown();
              throw new Unspeakable();
            }
          });
      spool.replayTo(outlet, this);
      fill(spool, 0, 1);
      await().atMost(SOON).until(() -> failed.getCount() == 0);
      disk.isWell();
      fill(spool, 1, 2);
      awaitEmpty(spool);
      assertThat(outlet.stored).containsExactly("0", "1");
    }
  }

  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // a lock heeds no interrupt
  void caller_doesNotWaitForTheDisk() throws InterruptedException {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch answers = new CountDownLatch(1);
    try (Spool spool = open()) {
      spool.replayTo(outlet, this);
      disk.fails(
          (operation, file) -> {
            asked.countDown();
            try {
              answers.await();
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
          });
      CompletableFuture<Void> first = take(spool, "1");
      asked.await();
      CompletableFuture<Void> second = take(spool, "2");

      assertThat(spool.holdsAny()).isTrue();
      assertThat(spool.contents().messages()).isEqualTo(2);
      assertThat(first).isNotDone();
      assertThat(second).isNotDone();
      answers.countDown();
      awaitEmpty(spool);
      assertThat(outlet.stored).containsExactly("1", "2");
    }
  }

  @Test
  void segmentThatTheDiskDoesNotKnowOf_isNotUsed() throws IOException {
    try (Spool spool = open()) {
      disk.fails(
          (operation, file) -> {
            if (operation == Operation.FORCE_DIRECTORY) {
              throw new IOException("broken");
            }
          });
      PublishException told = failure(take(spool, "1"));
      assertThat(told.outcome()).isEqualTo(Outcome.NOT_STORED);
      assertThat(told).hasMessageContaining("could not be written").hasRootCauseMessage("broken");
      try (Stream<Path> files = Files.list(directory)) {
        assertThat(files).noneMatch(file -> SpoolSegment.numberOf(file) >= 0);
      }
      assertThat(spool.contents().messages()).isZero();

      disk.isWell();
      fill(spool, 2, 4);
      spool.replayTo(outlet, this);
      awaitEmpty(spool);
      assertThat(outlet.stored).containsExactly("2", "3");
    }
  }

  @Test
  void directoryThatTheDiskCanNotBeToldOf_isRefusedAtOnce() {
    disk.fails(
        (operation, file) -> {
          if (operation == Operation.FORCE_DIRECTORY) {
            throw new IOException("no such thing here");
          }
        });
    assertThatThrownBy(this::open)
        .isInstanceOf(EventsException.class)
        .hasMessageContainingAll(directory.toString(), "can't be opened", "no such thing here");
    disk.isWell();
    open().close();
  }

  @Test
  void whatMayOrMayNotBeKept_staysBeforeWhatCameLater() {
    try (Spool spool = open()) {
      fill(spool, 0, 1);
      disk.fails(
          (operation, file) -> {
            if (operation == Operation.FORCE || operation == Operation.TRUNCATE) {
              throw new IOException("broken");
            }
          });
      assertThat(failure(take(spool, "1, which is long")).outcome()).isEqualTo(Outcome.UNKNOWN);
      disk.isWell();
      fill(spool, 2, 3);
    }
    try (Spool spool = open()) {
      spool.replayTo(outlet, this);
      awaitEmpty(spool);
    }
    assertThat(outlet.stored).containsExactly("0", "1, which is long", "2");
  }
}
