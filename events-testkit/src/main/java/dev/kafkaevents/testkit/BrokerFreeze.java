package dev.kafkaevents.testkit;

import dev.kafkaevents.EventsException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A process that is stopped for a while. It is held by a shell that lasts until its stdin ends, so
 * that the freeze does not outlive this JVM: the process must see for itself that we are gone.
 */
final class BrokerFreeze {
  private static final String HOLD =
      "kill -STOP \"$1\" && echo frozen && { read -r _; kill -CONT \"$1\"; }";

  private final Process shell;

  private BrokerFreeze(Process shell) {
    this.shell = shell;
  }

  static BrokerFreeze of(Process process) {
    try {
      BrokerFreeze freeze = new BrokerFreeze(hold(process));
      if (!awaitStopped(Path.of("/proc", Long.toString(process.pid()), "task"))) {
        freeze.end();
        throw new EventsException("process " + process.pid() + " got SIGSTOP and did not stop");
      }
      return freeze;
    } catch (IOException e) {
      throw new UnsupportedOperationException(
          "freezing a process needs a Unix sh and its kill -STOP; here is none", e);
    }
  }

  private static Process hold(Process process) throws IOException {
    Process shell =
        new ProcessBuilder("sh", "-c", HOLD, "freeze", Long.toString(process.pid()))
            .redirectErrorStream(true)
            .start();
    String answer = shell.inputReader().readLine();
    if (!"frozen".equals(answer)) {
      throw new UnsupportedOperationException(
          "freezing a process needs a Unix sh and its kill -STOP; here: " + answer);
    }
    return shell;
  }

  /**
   * A signal that is sent has not arrived: on a busy machine the process goes on for some ms,
   * enough to answer. Linux shows it for each thread; where there is no such directory nobody
   * knows.
   */
  private static boolean awaitStopped(Path threads) {
    long deadline = System.nanoTime() + BrokerProcess.END_TIMEOUT.toNanos();
    while (Files.isDirectory(threads) && !allStopped(threads)) {
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
    return true;
  }

  private static boolean allStopped(Path threads) {
    try (DirectoryStream<Path> each = Files.newDirectoryStream(threads)) {
      for (Path thread : each) {
        String stat = Files.readString(thread.resolve("stat"));
        if (stat.charAt(stat.lastIndexOf(')') + 2) != 'T') {
          return false;
        }
      }
      return true;
    } catch (IOException | DirectoryIteratorException oneEndedMeanwhile) {
      return false;
    }
  }

  /** The process goes on, unless it was killed meanwhile. */
  void end() {
    try {
      shell.getOutputStream().close();
    } catch (IOException endedAlready) {
      // and with it the freeze
    }
    BrokerProcess.awaitEnd(shell, BrokerProcess.END_TIMEOUT);
  }
}
