package dev.kafkaevents.testkit.memory;

/** What runs in a {@link Trial}, may crash at any time, and is started again then. */
@FunctionalInterface
public interface Application {
  /** Starts it: makes its events, subscribes, and returns. Called anew for each life. */
  void start(Life life) throws Exception;
}
