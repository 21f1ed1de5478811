package dev.kafkaevents.testkit.memory;

import static java.util.Objects.requireNonNull;

import dev.kafkaevents.Position;
import dev.kafkaevents.core.EventsRuntime;
import dev.kafkaevents.testkit.memory.Player.Wait;
import dev.kafkaevents.testkit.memory.Step.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Time that stands still until somebody moves it, for an in-memory Kafka and the events above it.
 * It moves in jumps, to when the next thing is due, and only when all threads that were made here
 * have nothing left to do at the present moment, which {@link Turns} tells.
 */
final class VirtualTime implements Timeline, EventsRuntime {
  /**
   * For so long after the last change time goes on in steps, each twice as long as the one before,
   * since polls commit what was done. Later an idle poll is like the one before, and time goes on
   * to what matters.
   */
  private static final long STEP_BY_STEP = TimeUnit.SECONDS.toNanos(3);

  private static final long FIRST_STEP = TimeUnit.MILLISECONDS.toNanos(100);

  /** How long, in real time, to wait for a thread that is not ours. */
  private static final long FOR_SOMEBODY_ELSE = TimeUnit.MICROSECONDS.toNanos(100);

  /** The last that anybody can wait for. */
  static final long LONGEST = TimeUnit.DAYS.toNanos(30);

  /** The same in each run: 2026-01-01T00:00Z. */
  private static final long FIRST_MILLIS = 1_767_225_600_000L;

  private final long startMillis;
  private final SplittableRandom random;
  private final Turns turns;

  /** Never held while anything else is called. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Timers timers = new Timers();
  private long playersMade;

  /** When something other than time's passing has last changed. */
  private long changedAt;

  private long versionAtJump;
  private volatile long nanos;
  private volatile @Nullable Broker broker;

  /** Null where not all is left to chance. */
  private final @Nullable Chance chance;

  /** What was done, where one thing is done at a time. */
  private final StepLog steps = new StepLog();

  /** Is called at turn with whose thread it is, and may end it. */
  private volatile Consumer<@Nullable Life> atPoints = life -> {};

  /** What somebody who takes turns waits for, when nobody has anything left to do. */
  private volatile @Nullable AtQuiet atQuiet;

  private @Nullable Player timerPlayer;

  /** Turns follow each other by themselves, as they come; the clock begins with the machine's. */
  VirtualTime(long seed) {
    this(seed, System.currentTimeMillis(), null);
  }

  /** Turns are by chance, while somebody drives. */
  VirtualTime(long seed, Chance chance) {
    this(seed, FIRST_MILLIS, chance);
  }

  private VirtualTime(long seed, long startMillis, @Nullable Chance chance) {
    this.startMillis = startMillis;
    this.random = new SplittableRandom(seed);
    this.chance = chance;
    this.turns = new Turns(this, chance == null ? new InTheirOrder() : chance);
  }

  Turns turns() {
    return turns;
  }

  private Broker broker() {
    Broker attached = broker;
    if (attached == null) {
      throw new IllegalStateException("no broker is on this time yet");
    }
    return attached;
  }

  Duration patience() {
    Broker attached = broker;
    return attached == null ? Broker.PATIENCE : attached.patience;
  }

  private static @Nullable Player player() {
    return Thread.currentThread() instanceof Player player ? player : null;
  }

  // As the broker sees it.

  @Override
  public void isOf(Broker owner) {
    broker = owner;
  }

  @Override
  public long millis() {
    return startMillis + TimeUnit.NANOSECONDS.toMillis(nanos);
  }

  @Override
  public long nanos() {
    return nanos;
  }

  @Override
  public void enter() {
    Player me = player();
    if (me != null) {
      turns.enter(me);
      if (me.pointDue) {
        point();
      }
    }
  }

  @Override
  public void changed() {
    turns.changed();
  }

  @Override
  public void await(Condition changed, long untilNanos) {
    throw new IllegalStateException("virtual time does not wait under a lock");
  }

  @Override
  public void advance(Duration time) {
    throw new IllegalStateException("virtual time is driven, not set");
  }

  @Override
  public long linger(long nanosToWait) {
    return 0;
  }

  @Override
  public Thread thread(String name, Runnable task) {
    int numbered = name.indexOf(" | "); // by all the clients of this JVM
    return made(isReplayed() && numbered > 0 ? name.substring(0, numbered) : name, task, false);
  }

  // As the events see it.

  @Override
  public Instant now() {
    return Instant.ofEpochMilli(startMillis).plusNanos(nanos);
  }

  @Override
  public long nanoTime() {
    if (chance != null) {
      enter();
    }
    return nanos;
  }

  @Override
  public void schedule(Duration delay, Runnable task) {
    Player starting = null;
    lock.lock();
    try {
      timers.add(Timers.sum(nanos, delay.toNanos()), task);
      if (isReplayed() && timerPlayer == null) {
        starting = new Player(turns, ++playersMade, "timers", false, null, this::fireTimers);
        timerPlayer = starting;
      }
    } finally {
      lock.unlock();
    }
    if (starting != null) {
      starting.start();
    }
  }

  @Override
  public String newId() {
    lock.lock();
    try {
      return new UUID(
              (millis() << 16) | 0x7000 | random.nextInt(1 << 12),
              (random.nextLong() >>> 2) | 0x8000_0000_0000_0000L)
          .toString();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Thread pollThread(String name, Runnable task) {
    return made(name, task, false);
  }

  @Override
  public Thread laneThread(String name, Runnable task) {
    return made(name, task, true);
  }

  private Thread made(String name, Runnable task, boolean lane) {
    Player maker = player();
    return player(name, task, lane, maker == null ? null : maker.life);
  }

  Player player(String name, Runnable task, boolean lane, @Nullable Life life) {
    lock.lock();
    try {
      return new Player(turns, ++playersMade, name, lane, life, task);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Condition condition(Lock of) {
    return new TurnCondition(this, of);
  }

  @Override
  public boolean await(CompletableFuture<?> signal, Duration atMost) throws InterruptedException {
    CompletableFuture<?> ignored = signal.whenComplete((result, failure) -> turns.changed());
    await(signal::isDone, Timers.sum(nanos, atMost.toNanos()), true);
    return signal.isDone();
  }

  @Override
  public void park(Duration atMost) {
    Player me = player();
    BooleanSupplier unparked = () -> me != null && me.mayPass;
    try {
      await(unparked, Timers.sum(nanos, atMost.toNanos()), true);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (me != null) {
      me.mayPass = false;
    }
  }

  @Override
  public void unpark(Thread thread) {
    if (thread instanceof Player player) {
      player.mayPass = true;
      turns.changed();
    }
  }

  // Waiting.

  /** Waits until something has happened, or it is {@code until}. */
  void await(BooleanSupplier so, long until, boolean heedsInterrupt) throws InterruptedException {
    await(so, until, until, heedsInterrupt);
  }

  /** The same, where before {@code matters} a time-out changes nothing. */
  void await(BooleanSupplier so, long until, long matters, boolean heedsInterrupt)
      throws InterruptedException {
    Player me = player();
    if (me == null) {
      drive(so, until);
    } else if (turns.await(me, new Wait(so, until, matters), heedsInterrupt)) {
      throw new InterruptedException();
    }
  }

  /** Somebody from outside waits: time passes when nobody else has anything to do. */
  private void drive(BooleanSupplier so, long until) throws InterruptedException {
    while (!so.getAsBoolean() && nanos < until) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      turns.awaitQuiet(patience());
      if (!so.getAsBoolean()
          && !jump(broker().atomically(() -> broker().nextExpiry(until)))
          && until == Long.MAX_VALUE) {
        LockSupport.parkNanos(this, FOR_SOMEBODY_ELSE);
      }
    }
  }

  /** Waits until nobody has anything left to do at this moment. */
  void requireQuiet() {
    List<String> busy = turns.awaitQuiet(patience());
    if (!busy.isEmpty()) {
      throw new AssertionError(
          "at work for longer than " + patience() + " without an end: " + busy);
    }
  }

  /**
   * Moves on to when the next thing is due, but not past {@code limit}, and does what is due then;
   * false if it is {@code limit} and nothing was due before.
   */
  boolean jump(long limit) {
    List<Runnable> due = new ArrayList<>();
    boolean any;
    long version = broker().version();
    long idleUntil;
    lock.lock();
    try {
      if (version != versionAtJump) {
        changedAt = nanos;
        versionAtJump = version;
      }
      long unchanged = nanos - changedAt;
      idleUntil =
          unchanged < STEP_BY_STEP ? nanos + Math.max(FIRST_STEP, unchanged) : Long.MAX_VALUE;
    } finally {
      lock.unlock();
    }
    long nextOfPlayers = turns.nextDue(idleUntil);
    lock.lock();
    try {
      long next = Math.min(nextOfPlayers, timers.due());
      if (next == Long.MAX_VALUE && limit == Long.MAX_VALUE) {
        return false;
      }
      any = next <= limit;
      nanos = Math.max(nanos, Math.min(next, limit));
      while (!isReplayed() && timers.due() <= nanos) {
        due.add(nextTimer());
      }
    } finally {
      lock.unlock();
    }
    due.forEach(Runnable::run);
    turns.changed();
    return any;
  }

  private Runnable nextTimer() {
    changedAt = nanos;
    return timers.next();
  }

  /** Where all is done in turns, timers are fired in turns as well. */
  private void fireTimers() {
    Player me = requireNonNull(player());
    while (true) {
      turns.await(me, new Wait(() -> timers.due() <= nanos, Long.MAX_VALUE, Long.MAX_VALUE), false);
      Runnable next;
      lock.lock();
      try {
        next = nextTimer();
      } finally {
        lock.unlock();
      }
      record(Kind.TIMER, null, "a timer fires");
      next.run();
    }
  }

  // One thing at a time.

  @Override
  public boolean isReplayed() {
    return chance != null;
  }

  @Override
  public int upTo(int most) {
    return chance == null ? most : chance.upTo(most);
  }

  /** Under the lock of the turns, which one has at a time. */
  @SuppressWarnings("NonAtomicVolatileUpdate")
  void passes(long pause) {
    if (pause > 0) {
      nanos += pause;
    }
  }

  void atPoints(Consumer<@Nullable Life> call) {
    atPoints = call;
  }

  @Override
  public void point() {
    Player me = player();
    if (chance != null && me != null) {
      turns.enter(me);
      me.pointDue = false;
      atPoints.accept(me.life);
      turns.letOthersGo(me);
    }
  }

  @Override
  public void did(Kind kind, @Nullable Position at, String what) {
    if (chance != null) {
      enter(); // Those who are gone did nothing.
      record(kind, at, what);
      point();
    }
  }

  @Override
  public void told(Kind kind, @Nullable Position at, String what) {
    Player me = player();
    if (chance != null && me != null) {
      turns.enter(me); // Those who are gone did nothing.
      record(kind, at, what);
      me.pointDue = true;
    }
  }

  void record(Kind kind, @Nullable Position at, String what) {
    Player me = player();
    String who =
        me == null ? "test" : me.life == null ? me.getName() : me.life.name() + " " + me.getName();
    steps.add(new Step(kind, who, at, what));
  }

  List<Step> steps() {
    return steps.all();
  }

  /** Does the next thing; null if nothing is left to do. By who takes no turns. */
  @Nullable Step step() {
    long limit = Timers.sum(nanos, LONGEST);
    while (true) {
      Step next = steps.next();
      if (next != null) {
        return next;
      }
      if (!turns.one(patience())) {
        requireQuiet();
        if (broker().isSettled() || !jump(limit)) {
          return steps.next();
        }
      }
    }
  }

  /** Waits, in turns, until nobody has anything left to do and it is {@code so}. */
  boolean awaitQuietAnd(BooleanSupplier so, long until) {
    Player me = requireNonNull(player());
    AtQuiet mine = new AtQuiet(so);
    atQuiet = mine;
    turns.await(me, new Wait(() -> mine.reached, until, until), false);
    return mine.reached;
  }

  boolean isTakingTurns() {
    return player() != null;
  }

  /** Lets all have their turns, and time pass, until {@code over}. By who takes no turns. */
  void driveUntil(BooleanSupplier over) {
    long limit = Timers.sum(nanos, LONGEST);
    while (true) {
      requireQuiet();
      if (over.getAsBoolean()) {
        return;
      }
      AtQuiet waiting = atQuiet;
      if (waiting != null && waiting.so.getAsBoolean()) {
        atQuiet = null;
        waiting.reached = true;
        limit = Timers.sum(nanos, LONGEST);
      } else if (!jump(limit)) {
        throw new AssertionError("nothing is left to do, and the scenario is not over");
      }
    }
  }

  /** Whether a thread waits for a lock that nobody holds for long. */
  boolean isAboutToGoOn(Thread thread) {
    Broker attached = broker;
    return lock.hasQueuedThread(thread) || (attached != null && attached.isAwaitedBy(thread));
  }
}
