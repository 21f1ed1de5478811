package dev.kafkaevents.testkit.memory;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A thread that goes on only when it is its turn. It gives its turn away wherever it waits for
 * something of the framework or the Kafka; what it waits for otherwise, {@link Turns} finds out.
 */
final class Player extends Thread {
  enum State {
    /** Goes on as soon as it is its turn. */
    READY,
    /** Waits, in a seam, for {@link #wait}. */
    WAITING,
    /** Lost its turn when it blocked on something of its own, or took too long. */
    ELSEWHERE
  }

  /**
   * What a player waits for.
   *
   * @param so whether it has happened; takes no lock
   * @param until when it goes on all the same
   * @param matters before that time its going on changes nothing
   */
  record Wait(BooleanSupplier so, long until, long matters) {}

  /** In the order in which they were made. */
  final long number;

  final boolean lane;
  final @Nullable Life life;
  private final Turns turns;
  private final Runnable task;

  // Guarded by the lock of the turns.
  State state = State.READY;
  @Nullable Wait wait;
  boolean heedsInterrupt;

  /** It told of something, and has not been at a point since. Its own. */
  boolean pointDue;

  /** It knows that it is its turn. */
  volatile boolean goesOn;

  /** Somebody unparked it. */
  volatile boolean mayPass;

  /** Somebody interrupted it; set as soon as that is done, unlike what shows when it wakes up. */
  volatile boolean interruptPending;

  Player(Turns turns, long number, String name, boolean lane, @Nullable Life life, Runnable task) {
    super(name);
    this.number = number;
    this.turns = turns;
    this.lane = lane;
    this.life = life;
    this.task = task;
    setDaemon(true);
  }

  boolean isDead() {
    return life != null && life.isOver();
  }

  /** Is among those whose turn it may be from here on, not only once the machine has begun it. */
  @Override
  public synchronized void start() {
    turns.joins(this);
    super.start();
  }

  @Override
  public void interrupt() {
    super.interrupt();
    interruptPending = true;
    turns.changed();
  }

  @Override
  public void run() {
    try {
      turns.begin(this);
      task.run();
    } catch (CrashedException itsLifeIsOver) {
      // Nobody is left to be told.
    } finally {
      turns.leaves(this);
    }
  }
}
