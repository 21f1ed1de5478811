package dev.kafkaevents.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaevents.EventsException;
import dev.kafkaevents.Headers;
import dev.kafkaevents.Message;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The files of a spool, whatever happens to them. A message is what its text says. */
@Timeout(120)
class SpoolLogTest {
  private static final int SEGMENT = 2_000;

  @TempDir Path temporary;

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);
  private int copies;
  private int numbers;

  private SpoolLog open(Path directory) throws IOException {
    return SpoolLog.open(new OwnerOnly(directory), SEGMENT);
  }

  private Message next() {
    byte[] value = random.nextInt(8) == 0 ? null : new byte[random.nextInt(200)];
    if (value != null) {
      random.nextBytes(value);
    }
    Headers headers =
        Headers.of("number", String.valueOf(numbers++))
            .add("absent", null)
            .add("empty", new byte[0]);
    return Message.of("orders", random.nextInt(4) == 0 ? null : new byte[] {1, -1}, value)
        .withHeaders(headers)
        .withTimestamp(Instant.ofEpochMilli(random.nextInt()));
  }

  private static ByteBuffer frame(Message message) {
    return SpoolFrame.encode(message, 42);
  }

  private List<Message> append(SpoolLog log, int count) throws IOException {
    List<Message> group = Stream.generate(this::next).limit(count).toList();
    log.append(group.stream().map(SpoolLogTest::frame).toList());
    return group;
  }

  /** All that is in it, taken out in pieces. */
  private List<Message> drain(SpoolLog log) throws IOException {
    List<Message> all = new ArrayList<>();
    for (List<SpoolFrame> some = log.first(3); !some.isEmpty(); some = log.first(3)) {
      some.forEach(frame -> all.add(frame.message()));
      log.done(some);
    }
    assertThat(log.isEmpty()).isTrue();
    return all;
  }

  private Path copy(Path directory) throws IOException {
    Path copy = temporary.resolve("copy-" + copies++);
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(directory.relativize(file).toString()));
      }
    }
    return copy;
  }

  private static Path lastSegment(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> SpoolSegment.numberOf(file) >= 0)
          .sorted()
          .reduce((a, b) -> b)
          .get();
    }
  }

  private static Path firstSegment(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> SpoolSegment.numberOf(file) >= 0).sorted().findFirst().get();
    }
  }

  private static void truncate(Path file, long size) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(size);
    }
  }

  private static void flip(Path file, long at, int bit) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[(int) at] ^= (byte) (1 << bit);
    Files.write(file, bytes);
  }

  /** As comparable as a message is. */
  private static List<String> texts(List<Message> messages) {
    return messages.stream()
        .map(
            message -> {
              StringBuilder text = new StringBuilder(message.topic());
              text.append(hex(message.key())).append(hex(message.value()));
              message.headers().forEach(h -> text.append(h.name()).append(hex(h.value())));
              return text.append(message.timestamp()).toString();
            })
        .toList();
  }

  private static String hex(byte[] bytes) {
    return bytes == null ? "null;" : java.util.HexFormat.of().formatHex(bytes) + ";";
  }

  @Test
  void whateverIsAppendedAndDone_overManyRestarts_isThereOnceAndInOrder() throws IOException {
    Path directory = temporary.resolve("spool");
    List<Message> model = new ArrayList<>();
    SpoolLog log = open(directory);
    for (int step = 0; step < 2_000; step++) {
      switch (random.nextInt(8)) {
        case 0 -> {
          log.close();
          log = open(directory);
          assertThat(log.messages()).as("seed %d step %d", seed, step).isEqualTo(model.size());
        }
        case 1, 2, 3 -> model.addAll(append(log, 1 + random.nextInt(5)));
        default -> {
          List<SpoolFrame> first = log.first(1 + random.nextInt(10));
          List<Message> found = first.stream().map(SpoolFrame::message).toList();
          assertThat(texts(found))
              .as("seed %d step %d", seed, step)
              .isEqualTo(texts(model.subList(0, found.size())));
          assertThat(found.isEmpty()).as("seed %d", seed).isEqualTo(model.isEmpty());
          int done = first.isEmpty() ? 0 : random.nextInt(first.size() + 1);
          log.done(first.subList(0, done));
          model.subList(0, done).clear();
        }
      }
      long size = 0;
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file : files.filter(file -> SpoolSegment.numberOf(file) >= 0).toList()) {
          size += Files.size(file);
        }
      }
      assertThat(log.bytes()).as("seed %d step %d", seed, step).isEqualTo(size);
      assertThat(log.messages()).as("seed %d step %d", seed, step).isEqualTo(model.size());
      assertThat(log.isEmpty()).as("seed %d step %d", seed, step).isEqualTo(model.isEmpty());
    }
    assertThat(texts(drain(log))).as("seed %d", seed).isEqualTo(texts(model));
    assertThat(log.bytes()).as("files of what is done are deleted").isZero();
    assertThat(log.quarantined()).isZero();
    log.close();
  }

  @Test
  void crashAtAnyByteOfAWrite_keepsAllBefore_andWholeMessagesOfIt() throws IOException {
    Path directory = temporary.resolve("spool");
    List<Message> before;
    List<Message> group;
    long from;
    try (SpoolLog log = open(directory)) {
      before = append(log, 4);
      log.done(log.first(1));
      before = before.subList(1, before.size());
      from = log.bytes();
      group = append(log, 3);
    }
    List<Long> ends = new ArrayList<>();
    long end = from;
    for (Message message : group) {
      end += frame(message).remaining();
      ends.add(end);
    }
    for (long size = from; size <= end; size++) {
      long cut = size;
      Path crashed = copy(directory);
      truncate(lastSegment(crashed), size);
      try (SpoolLog log = open(crashed)) {
        List<Message> expected = new ArrayList<>(before);
        expected.addAll(group.subList(0, (int) ends.stream().filter(e -> e <= cut).count()));
        Message later = next();
        log.append(List.of(frame(later)));
        expected.add(later);
        assertThat(texts(drain(log))).as("seed %d cut at %d", seed, cut).isEqualTo(texts(expected));
        assertThat(log.quarantined()).as("seed %d cut at %d", seed, cut).isZero();
      }
    }
  }

  @Test
  void bitThatIsWrongAnywhere_costsTheMessageItIsIn_whichIsKeptAside() throws IOException {
    Path directory = temporary.resolve("spool");
    List<Message> messages;
    try (SpoolLog log = open(directory)) {
      messages = append(log, 4);
    }
    Path segment = lastSegment(directory);
    long end = 0;
    for (int damaged = 0; damaged < messages.size(); damaged++) {
      long begin = end;
      end += frame(messages.get(damaged)).remaining();
      List<Message> others = new ArrayList<>(messages);
      others.remove(damaged);
      for (long at = begin; at < end; at += 1 + random.nextInt(4)) {
        Path rotten = copy(directory);
        flip(rotten.resolve(segment.getFileName()), at, random.nextInt(8));
        try (SpoolLog log = open(rotten)) {
          assertThat(texts(drain(log))).as("seed %d byte %d", seed, at).isEqualTo(texts(others));
          assertThat(log.quarantined()).as("seed %d byte %d", seed, at).isOne();
        }
        try (Stream<Path> kept = Files.list(rotten.resolve("quarantine"))) {
          assertThat(Files.size(kept.findFirst().orElseThrow()))
              .as("seed %d byte %d", seed, at)
              .isEqualTo(end - begin);
        }
      }
    }
  }

  @Test
  void segmentThatCanNotBeDeleted_losesNothingOfTheNext() throws IOException {
    Path directory = temporary.resolve("spool");
    List<Message> messages = new ArrayList<>();
    try (SpoolLog log = open(directory)) {
      for (int i = 0; i < 100; i++) {
        messages.addAll(append(log, 1));
      }
      Path first = firstSegment(directory);
      Files.delete(first);
      Files.createDirectories(first.resolve("in the way"));
      List<Message> sent = new ArrayList<>();
      int failures = 0;
      for (List<SpoolFrame> some = log.first(1); !some.isEmpty(); some = log.first(1)) {
        some.forEach(frame -> sent.add(frame.message()));
        try {
          log.done(some);
        } catch (IOException inTheWay) {
          failures++;
        }
      }
      assertThat(failures).isEqualTo(1);
      assertThat(texts(sent)).as("seed %d", seed).isEqualTo(texts(messages));
    }
  }

  @Test
  void segmentInTheMiddleThatIsEmpty_isPassedOver() throws IOException {
    Path directory = temporary.resolve("spool");
    List<Message> messages;
    try (SpoolLog log = open(directory)) {
      messages = append(log, 3);
    }
    Files.createFile(directory.resolve("%016x.spool".formatted(7)));
    Files.createFile(directory.resolve("%016x.spool".formatted(8)));
    Files.copy(lastWithBytes(directory), directory.resolve("%016x.spool".formatted(9)));
    try (SpoolLog log = open(directory)) {
      assertThat(log.messages()).isEqualTo(6);
      List<Message> twice = Stream.of(messages, messages).flatMap(List::stream).toList();
      assertThat(texts(drain(log))).as("seed %d", seed).isEqualTo(texts(twice));
    }
  }

  private static Path lastWithBytes(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> SpoolSegment.numberOf(file) >= 0 && file.toFile().length() > 0)
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void damageThatIsFoundWhileItIsOpen_isNotCounted() throws IOException {
    Path directory = temporary.resolve("spool");
    try (SpoolLog log = SpoolLog.open(new OwnerOnly(directory), 1 << 20)) {
      List<Message> messages = append(log, 5);
      flip(lastSegment(directory), frame(messages.get(0)).remaining() + 5, random.nextInt(8));
      log.done(log.first(1));
      assertThat(log.messages()).isEqualTo(4);
      assertThat(log.first(1)).hasSize(1);
      assertThat(log.messages()).as("seed %d", seed).isEqualTo(3);
      log.done(log.first(5));
      assertThat(log.messages()).isZero();
    }
  }

  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // a lock heeds no interrupt
  void reader_doesNotWaitForANewSegment() throws Exception {
    FaultyDisk disk = new FaultyDisk(temporary.resolve("spool"));
    try (SpoolLog log = SpoolLog.open(disk, 1)) {
      append(log, 1);
      CountDownLatch asked = new CountDownLatch(1);
      CountDownLatch answers = new CountDownLatch(1);
      disk.fails(
          (operation, file) -> {
            if (operation == FaultyDisk.Operation.FORCE_DIRECTORY) {
              asked.countDown();
              try {
                answers.await();
              } catch (InterruptedException e) {
                throw new IOException(e);
              }
            }
          });
      List<ByteBuffer> second = List.of(frame(next()));
      CompletableFuture<Void> appended =
          CompletableFuture.runAsync(
              () -> {
                try {
                  log.append(second);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      asked.await();
      log.done(log.first(1));
      assertThat(log.isEmpty()).isTrue();
      assertThat(appended).isNotDone();
      answers.countDown();
      appended.join();
      assertThat(log.first(1)).hasSize(1);
    }
  }

  @Test
  void progressThatIsLost_repeatsAndLosesNothing() throws IOException {
    Path directory = temporary.resolve("spool");
    List<Message> messages;
    try (SpoolLog log = open(directory)) {
      messages = append(log, 4);
      log.done(log.first(2));
    }
    for (int at = 0; at < 20; at++) {
      Path rotten = copy(directory);
      flip(rotten.resolve("progress"), at, random.nextInt(8));
      try (SpoolLog log = open(rotten)) {
        assertThat(texts(drain(log))).as("seed %d byte %d", seed, at).isEqualTo(texts(messages));
      }
    }
    Files.delete(directory.resolve("progress"));
    try (SpoolLog log = open(directory)) {
      assertThat(texts(drain(log))).isEqualTo(texts(messages));
    }
  }

  @Test
  void messageLargerThanAnyRead_isThere() throws IOException {
    Message large = Message.of("orders", null, new byte[3 << 20]).withTimestamp(Instant.EPOCH);
    Path directory = temporary.resolve("spool");
    try (SpoolLog log = open(directory)) {
      log.append(List.of(frame(next()), frame(large), frame(next())));
      assertThat(drain(log)).hasSize(3);
    }
  }

  @Test
  void secondOwnerOfADirectory_isRefused_untilTheFirstIsClosed() throws IOException {
    Path directory = temporary.resolve("spool");
    try (SpoolLog first = open(directory)) {
      assertThatThrownBy(() -> open(directory))
          .isInstanceOf(EventsException.class)
          .hasMessageContainingAll(directory.toString(), "in use", "directory of its own");
      append(first, 1);
    }
    try (SpoolLog second = open(directory)) {
      assertThat(second.messages()).isOne();
    }
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void files_areTheOwnersAlone() throws IOException {
    Path directory = temporary.resolve("deep/spool");
    try (SpoolLog log = open(directory)) {
      append(log, 1);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
          .isEqualTo("rwx------");
      try (Stream<Path> files = Files.walk(directory)) {
        assertThat(files.filter(Files::isRegularFile))
            .hasSizeGreaterThan(2)
            .allSatisfy(
                file ->
                    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo("rw-------"));
      }
    }
  }
}
