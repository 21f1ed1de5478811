package dev.kafkaevents.testkit;

import dev.kafkaevents.EventsException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One run of the broker. Its stdin is a pipe that nobody writes to: when this JVM is gone it ends,
 * and the broker halts.
 *
 * <p>For one thread at a time, but for {@link #isAlive} and {@link #kill}. Waiting for its end is
 * not cut short by an interrupt, since whoever asked to end it counts on that; waiting for its
 * start is.
 */
final class BrokerProcess {
  /** A broker serves one test or two: starting soon is worth more than running fast. */
  private static final List<String> JVM_OPTIONS =
      List.of(
          "-XX:TieredStopAtLevel=1",
          "-XX:+UseSerialGC",
          "-Xmx512m",
          "-XX:+DisplayVMOutputToStderr");

  /** For what Kafka does with the JVM and newer ones warn about. */
  private static final List<String> JVM_OPTIONS_SINCE_24 =
      List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");

  /**
   * By these a user changes every JVM: with a debugger or an agent that can't be in two at once.
   */
  private static final List<String> JVM_VARIABLES =
      List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

  /** What is killed, or has closed its pipes, ends in a moment. */
  static final Duration END_TIMEOUT = Duration.ofSeconds(30);

  private final Process process;
  private final BrokerFiles files;
  private final FutureTask<Boolean> ready;

  private volatile @Nullable BrokerFreeze freeze;

  private BrokerProcess(Process process, BrokerFiles files) {
    this.process = process;
    this.files = files;
    this.ready = new FutureTask<>(this::readReady);
  }

  static BrokerProcess start(List<String> jvmOptions, BrokerFiles files) {
    ProcessBuilder builder =
        new ProcessBuilder(command(jvmOptions, files))
            .directory(files.directory().toFile())
            .redirectError(Redirect.appendTo(files.log().toFile()));
    builder.environment().keySet().removeAll(JVM_VARIABLES);
    try {
      BrokerProcess started = new BrokerProcess(builder.start(), files);
      Thread reader = new Thread(started.ready, "kafka-broker-start");
      reader.setDaemon(true);
      reader.start();
      return started;
    } catch (IOException e) {
      throw new EventsException("can't start the broker's process", e);
    }
  }

  private static List<String> command(List<String> jvmOptions, BrokerFiles files) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM_OPTIONS);
    if (Runtime.version().feature() >= 24) {
      command.addAll(JVM_OPTIONS_SINCE_24);
    }
    command.add("-Djava.io.tmpdir=" + files.temporary());
    command.addAll(jvmOptions);
    command.addAll(
        List.of(
            "-cp",
            CarriedBroker.classPath(),
            CarriedBroker.MAIN_CLASS,
            files.settings().toString()));
    return command;
  }

  /** Whether the broker said that it is ready; false if it ended without. */
  private boolean readReady() throws IOException {
    try (BufferedReader out = process.inputReader()) {
      return out.lines().anyMatch("READY"::equals);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** Returns when the broker serves clients; it is killed when it does not, for whatever reason. */
  void awaitReady(Duration timeout) {
    boolean isReady = false;
    try {
      isReady = ready.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
      if (!isReady) {
        awaitEnd(process, END_TIMEOUT);
        throw failed("ended with status " + process.exitValue() + " before it was ready", null);
      }
    } catch (TimeoutException e) {
      throw failed("was not ready after " + timeout + ", its startTimeout, and was killed", e);
    } catch (ExecutionException e) {
      throw failed("could not be listened to and was killed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed("was killed, since the thread that started it was interrupted", e);
    } finally {
      if (!isReady) {
        kill();
      }
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  void kill() {
    process.destroyForcibly();
    if (!awaitEnd(process, END_TIMEOUT)) {
      throw failed("still lives " + END_TIMEOUT + " after SIGKILL", null);
    }
    thaw();
  }

  void stop(Duration timeout) {
    thaw();
    // The process's own destroy() would also close stdin, at which the broker halts.
    process.toHandle().destroy();
    if (!awaitEnd(process, timeout)) {
      kill();
      throw failed("did not stop within " + timeout + " and was killed", null);
    }
  }

  void freeze() {
    if (freeze == null) {
      freeze = BrokerFreeze.of(process);
    }
  }

  void thaw() {
    BrokerFreeze current = freeze;
    if (current != null) {
      freeze = null;
      current.end();
    }
  }

  /** By waitFor and not by onExit, which a busy common pool would keep from us. */
  static boolean awaitEnd(Process process, Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private EventsException failed(String what, @Nullable Throwable cause) {
    return new EventsException(
        "the broker %s; its log ends:%n%s".formatted(what, files.logTail()), cause);
  }
}
