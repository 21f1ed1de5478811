package dev.kafkaevents.examples.quickstart;

import java.io.Console;
import java.io.PrintStream;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * What a person sees: lines, and on a terminal one more that counts in place and is gone before the
 * next. Safe for use by many threads.
 */
final class Screen {
  private final PrintStream out;
  private final PrintStream err;
  private final boolean isTerminal;
  private final ReentrantLock lock = new ReentrantLock();

  /** Guarded by the lock, as is the next. */
  private int inPlace;

  private boolean ended;

  Screen(PrintStream out, PrintStream err, boolean isTerminal) {
    this.out = out;
    this.err = err;
    this.isTerminal = isTerminal;
  }

  static Screen ofProcess() {
    return new Screen(
        System.out, System.err, hasTerminal() && !"dumb".equals(System.getenv("TERM")));
  }

  /** From Java 22 on there may be a console without a terminal, and it can be asked. */
  @SuppressWarnings("SystemConsoleNull") // before 22, null is the answer
  private static boolean hasTerminal() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException before22) {
      return true;
    }
  }

  boolean isTerminal() {
    return isTerminal;
  }

  /** A line that stays. */
  void line(String text) {
    print(out, text);
  }

  /** A line that stays, and that is not what was asked for. */
  void problem(String text) {
    print(err, text);
  }

  private void print(PrintStream stream, String text) {
    lock.lock();
    try {
      if (!ended) {
        erase();
        stream.println(text);
        stream.flush();
      }
    } finally {
      lock.unlock();
    }
  }

  /** The line in place from now on; nothing if this is no terminal. */
  void inPlace(String text) {
    lock.lock();
    try {
      if (isTerminal && !ended) {
        out.print("\r" + text + " ".repeat(Math.max(0, inPlace - text.length())));
        out.flush();
        inPlace = text.length();
      }
    } finally {
      lock.unlock();
    }
  }

  /** The last line: while {@code text} is made, and after that, nothing else is shown. */
  void endWith(Supplier<String> text) {
    lock.lock();
    try {
      erase();
      ended = true;
    } finally {
      lock.unlock();
    }
    err.println(text.get());
    err.flush();
  }

  private void erase() {
    if (inPlace > 0) {
      out.print("\r" + " ".repeat(inPlace) + "\r");
      out.flush();
      inPlace = 0;
    }
  }
}
