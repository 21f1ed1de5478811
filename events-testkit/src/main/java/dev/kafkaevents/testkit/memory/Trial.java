package dev.kafkaevents.testkit.memory;

import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.testkit.history.History;
import dev.kafkaevents.testkit.history.Verdict;
import dev.kafkaevents.testkit.history.Violation;
import dev.kafkaevents.testkit.memory.Step.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * One run of a {@link Scenario}. All that happens in it, on whatever thread of the framework, of
 * its applications or of the scenario, happens one thing at a time, in an order that its seed
 * decides.
 */
public final class Trial {
  /** Decides what goes wrong. Called at turn, at each point where something could. */
  interface Trouble {
    /** Whether to crash {@code life} here. */
    boolean crashes(Life life);

    /** Whether to throw a member out of its group here. */
    boolean evicts();
  }

  private final InMemoryKafka kafka;
  private final VirtualTime time;
  private final long seed;
  private final Trouble trouble;
  private final Life test;
  private final List<Life> lives = new CopyOnWriteArrayList<>();
  private final List<History> histories = new CopyOnWriteArrayList<>();
  private volatile @Nullable Throwable failure;
  private volatile boolean over;

  Trial(InMemoryKafka kafka, VirtualTime time, long seed, Trouble trouble) {
    this.kafka = kafka;
    this.time = time;
    this.seed = seed;
    this.trouble = trouble;
    this.test = new Life(kafka, "test", 1);
    time.atPoints(this::at);
  }

  /** The Kafka of this run. */
  public InMemoryKafka kafka() {
    return kafka;
  }

  /** What decides this run. */
  public long seed() {
    return seed;
  }

  /**
   * A history that goes by the time of this run. It is for the scenario to check; if that comes to
   * no end, or ends with something else, what was violated by then is told as well.
   */
  public History history(SubscribeOptions options) {
    History history = History.of(options, time::nanos);
    histories.add(history);
    return history;
  }

  /**
   * Starts an application, and starts it again whenever it has crashed. Returns before it has
   * started.
   */
  public void start(String name, Application application) {
    begin(new Life(kafka, name, 1), application);
  }

  private void begin(Life life, Application application) {
    lives.add(life);
    life.startsAgain(() -> begin(life.next(), application));
    time.player(
            "start",
            () -> {
              time.did(Kind.STARTED, null, "started");
              try {
                application.start(life);
              } catch (Exception e) {
                failed(e);
              }
            },
            false,
            life)
        .start();
  }

  /** Returns when nothing is left to do; see {@link InMemoryKafka#settle}. */
  public void settle() {
    kafka.settle();
  }

  private void failed(Throwable e) {
    if (failure == null) {
      failure = e;
    }
    over = true;
  }

  /** Plays the scenario to its end, on this thread and those of the trial. */
  void play(Scenario scenario) throws Throwable {
    time.player(
            "scenario",
            () -> {
              try {
                scenario.play(this);
                over = true;
              } catch (CrashedException e) {
                throw e;
              } catch (Throwable e) {
                failed(e);
              }
            },
            false,
            test)
        .start();
    try {
      time.driveUntil(() -> over);
    } catch (AssertionError e) {
      failed(e);
    } finally {
      end();
    }
    Throwable e = failure;
    if (e != null) {
      throw withViolations(e);
    }
  }

  /** A promise that was broken explains more than what came of it. */
  private Throwable withViolations(Throwable failed) {
    for (History history : histories) {
      Verdict verdict = history.judgeSoFar();
      List<Violation> violations = verdict.violations();
      String message = String.valueOf(failed.getMessage());
      if (!violations.isEmpty() && !message.contains(violations.get(0).toString())) {
        return new AssertionError("%s, with %s".formatted(message, verdict), failed);
      }
    }
    return failed;
  }

  private void end() {
    List<Life> all = new ArrayList<>(lives);
    all.add(test);
    for (Life life : all) {
      if (!life.isOver()) {
        life.endsForGood(time.turns());
      }
    }
    kafka.close();
  }

  private void at(@Nullable Life life) {
    if (trouble.evicts()) {
      String evicted = kafka.evictOne();
      if (evicted != null) {
        time.record(Kind.EVICTED, null, "a member of group " + evicted + " is thrown out");
      }
    }
    if (life != null && life != test && trouble.crashes(life)) {
      time.record(Kind.CRASHED, null, "crashed");
      life.crash(time.turns());
      throw new CrashedException();
    }
  }
}
