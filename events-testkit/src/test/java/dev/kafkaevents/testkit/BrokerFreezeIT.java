package dev.kafkaevents.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

final class BrokerFreezeIT {
  private static final int THREADS = 8;

  /** More threads than cores: a signal takes its time to reach the last of them. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void frozenProcess_doesNothingMore_untilTheEndOfTheFreeze(@TempDir Path temp) throws Exception {
    Path file = temp.resolve("counts");
    Files.write(file, new byte[THREADS * Long.BYTES]);
    Process process = busyProcess(file);
    try {
      MappedByteBuffer counts = map(file);
      await().until(() -> !counts(counts).contains(0L));
      for (int round = 0; round < 20; round++) {
        BrokerFreeze freeze = BrokerFreeze.of(process);

        List<Long> atOnce = counts(counts);
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        assertThat(counts(counts)).isEqualTo(atOnce);

        freeze.end();
        await().pollInterval(Duration.ofMillis(1)).until(() -> !counts(counts).equals(atOnce));
      }
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private static Process busyProcess(Path file) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classPath = System.getProperty("java.class.path");
    return new ProcessBuilder(java, "-cp", classPath, Busy.class.getName(), file.toString())
        .inheritIO()
        .start();
  }

  private static List<Long> counts(MappedByteBuffer counts) {
    return IntStream.range(0, THREADS).mapToObj(i -> counts.getLong(i * Long.BYTES)).toList();
  }

  private static MappedByteBuffer map(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return channel.map(MapMode.READ_WRITE, 0, THREADS * Long.BYTES);
    }
  }

  /** A program of threads that count, each in its place of a file. */
  static final class Busy {
    public static void main(String[] args) throws IOException {
      MappedByteBuffer counts = map(Path.of(args[0]));
      for (int i = 0; i < THREADS; i++) {
        int place = i * Long.BYTES;
        new Thread(() -> count(counts, place)).start();
      }
    }

    private static void count(MappedByteBuffer counts, int place) {
      for (long count = 1; ; count++) {
        counts.putLong(place, count);
      }
    }
  }
}
