package dev.kafkaevents.examples.orders;

import dev.kafkaevents.Events;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What happens on SIGTERM and SIGINT: no more orders are handed over, those that are get the time
 * to be stored, and the number of those without an outcome is told. If there are any, or an order
 * failed, the exit code is 1; else it is what the signal says: 143, or 130.
 */
final class Shutdown implements AutoCloseable {
  private final PublishOrders orders;
  private final Events events;
  private final Duration timeout;
  private final PrintStream out;
  private final AtomicBoolean told = new AtomicBoolean();
  private final Thread hook = new Thread(this::run, "shutdown");

  private Shutdown(PublishOrders orders, Events events, Duration timeout, PrintStream out) {
    this.orders = orders;
    this.events = events;
    this.timeout = timeout;
    this.out = out;
  }

  /** From now on, until it is closed. */
  static Shutdown of(PublishOrders orders, Events events, Duration timeout, PrintStream out) {
    Shutdown shutdown = new Shutdown(orders, events, timeout, out);
    Runtime.getRuntime().addShutdownHook(shutdown.hook);
    return shutdown;
  }

  private void run() {
    orders.stop();
    try {
      PublishOrders.Report report = orders.drain(timeout);
      tell("stopped: ", report);
      events.close(Duration.ZERO);
      if (report.remaining() > 0 || !report.failures().isEmpty()) {
        Runtime.getRuntime().halt(1);
      }
    } catch (InterruptedException e) {
      Runtime.getRuntime().halt(1); // nobody interrupts it
    }
  }

  /** The report of a run that ended by itself, unless there is one already. */
  void tell(String prefix, PublishOrders.Report report) {
    if (told.compareAndSet(false, true)) {
      out.println(prefix + report);
      out.flush();
    }
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException itRunsAlready) {
      // and ends the process
    }
  }
}
