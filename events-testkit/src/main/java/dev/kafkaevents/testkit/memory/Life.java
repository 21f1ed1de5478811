package dev.kafkaevents.testkit.memory;

import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.core.KafkaEvents;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * One life of an application, from its start to its crash: the threads and clients that it makes.
 * When it crashes they are gone, as with a process: nothing is committed, sent or told any more,
 * and the group finds out when the session ends. Only what a handler is in the middle of, between
 * two calls of the framework, is done to its end.
 */
public final class Life {
  private final InMemoryKafka kafka;
  private final String application;
  private final int number;
  private final List<Runnable> clientCrashes = new CopyOnWriteArrayList<>();
  private final List<Runnable> onCrash = new CopyOnWriteArrayList<>();
  private @Nullable Runnable again;
  private volatile boolean over;

  Life(InMemoryKafka kafka, String application, int number) {
    this.kafka = kafka;
    this.application = application;
    this.number = number;
  }

  /** The name of the application and the number of this life, from 1 on. */
  public String name() {
    return application + "-" + number;
  }

  /** Begins the assembly of its events. They need not be closed. */
  public KafkaEvents.Builder events() {
    return events(EventsConfig.of(application, kafka.bootstrapServers()));
  }

  /** The same, with settings. */
  public KafkaEvents.Builder events(EventsConfig config) {
    return kafka.events(config);
  }

  /**
   * Runs {@code hook} when it has crashed and its probes are told nothing more, as to tell a
   * history.
   */
  public void onCrash(Runnable hook) {
    onCrash.add(hook);
  }

  void crashesWithIt(Runnable clientCrash) {
    clientCrashes.add(clientCrash);
  }

  boolean isOver() {
    return over;
  }

  Life next() {
    return new Life(kafka, application, number + 1);
  }

  void startsAgain(Runnable start) {
    again = start;
  }

  /** Ends it, and starts the next. */
  void crash(Turns turns) {
    endsForGood(turns);
    Runnable start = again;
    if (start != null) {
      start.run();
    }
  }

  /** From here on its clients are gone, and none of its threads does anything. */
  void endsForGood(Turns turns) {
    clientCrashes.forEach(Runnable::run);
    over = true;
    turns.end(this);
    onCrash.forEach(Runnable::run);
  }
}
