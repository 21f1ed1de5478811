package dev.kafkaevents.examples.quickstart;

/** Something to do if this JVM is told to end, by Ctrl-C or otherwise, before this is closed. */
final class ExitHook implements AutoCloseable {
  private final Thread thread;

  ExitHook(Runnable action) {
    thread = new Thread(action, "exit");
  }

  void install() {
    Runtime.getRuntime().addShutdownHook(thread);
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(thread);
    } catch (IllegalStateException itRunsAlready) {
      // and whatever it does is to be done
    }
  }
}
