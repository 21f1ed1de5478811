package dev.kafkaevents.examples.workflow;

import java.util.concurrent.CompletableFuture;

/**
 * What to do when this process is told to end, by Ctrl-C or SIGTERM: the work is told to stop, and
 * the process ends when it has, with the exit code of the work.
 */
final class OnSignal implements AutoCloseable {
  private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();
  private final Thread hook;

  private OnSignal(Runnable stop) {
    this.hook =
        new Thread(
            () -> {
              stop.run();
              Runtime.getRuntime().halt(exitCode.join());
            },
            "signal");
  }

  /** From now on, until it is closed. */
  static OnSignal tell(Runnable stop) {
    OnSignal signal = new OnSignal(stop);
    Runtime.getRuntime().addShutdownHook(signal.hook);
    return signal;
  }

  /** The work has stopped; returns {@code code}. */
  int exitWith(int code) {
    exitCode.complete(code);
    return code;
  }

  @Override
  public void close() {
    exitCode.cancel(false); // nothing, if it has one
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException itRunsAlready) {
      // and ends the process
    }
  }
}
