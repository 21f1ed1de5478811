package dev.kafkaevents.resilience;

import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.TimeUnit;

/**
 * Tells those who wait, one after the other, on no thread that anything else waits for. What they
 * have hung on their future may itself wait for a future: the pool has one thread, and another as
 * long as that one waits.
 */
final class SpoolNotifier {
  /** More than so many callbacks that wait at once keep the rest waiting. */
  private static final int MOST_THREADS = 256;

  private final ForkJoinPool pool;

  SpoolNotifier(String name) {
    pool =
        new ForkJoinPool(
            1,
            its -> {
              ForkJoinWorkerThread thread = new ForkJoinWorkerThread(its) {};
              thread.setName(name);
              return thread;
            },
            null,
            true, // first come, first told
            1,
            MOST_THREADS,
            1,
            full -> true,
            10,
            TimeUnit.SECONDS);
  }

  void tell(Runnable what) {
    pool.execute(what);
  }

  /** Waits a moment for what was to be told, and not for a callback that hangs. */
  void close() {
    pool.shutdown();
    try {
      var unused = pool.awaitTermination(1, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
