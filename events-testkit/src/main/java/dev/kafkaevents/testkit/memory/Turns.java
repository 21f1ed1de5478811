package dev.kafkaevents.testkit.memory;

import dev.kafkaevents.testkit.memory.Player.State;
import dev.kafkaevents.testkit.memory.Player.Wait;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lets threads run one at a time. Who waits in a seam gives its turn to the next; so it is known,
 * and not guessed, when nobody has anything left to do.
 *
 * <p>A player may also block on something of its own, as a handler on a latch or on a future. Then
 * its turn is taken from it, and it asks for another where it next comes through a seam; only in
 * between may it run beside another. Such a thread, just signalled, looks for a while as if it
 * still waited. Of a future that can be asked; of anything else it takes a little real time to be
 * sure.
 *
 * <p>Turns either follow each other by themselves, in the order of the players, or only while
 * somebody drives, in an order of chance; see {@link Order}.
 */
final class Turns {
  /** Who is next, of several. */
  interface Order {
    /** The index of the next among {@code ready} players, where {@code after} was the last. */
    int next(List<Player> ready, @Nullable Player after);

    /** How much time passes before the next turn. */
    default long pause() {
      return 0;
    }

    /** Whether turns follow each other although nobody drives, and a long one is not waited for. */
    boolean byItself();
  }

  private static final long BETWEEN_LOOKS = TimeUnit.MICROSECONDS.toNanos(80);

  /** How long a thread may wait for a lock and keep its turn. */
  private static final long AT_A_LOCK = TimeUnit.MILLISECONDS.toNanos(100);

  private static final long WATCH = TimeUnit.MILLISECONDS.toNanos(1);

  /** How long a thread that blocks on something of its own is thought to be about to go on. */
  private static final long DOUBT = TimeUnit.MILLISECONDS.toNanos(100);

  private static final long SHORT_DOUBT = TimeUnit.MICROSECONDS.toNanos(300);

  /** Longer turns are not waited for by others, where turns follow each other by themselves. */
  private static final long LONG_TURN = TimeUnit.MILLISECONDS.toNanos(50);

  private final VirtualTime time;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition turnEnded = lock.newCondition();
  private final Order order;

  private final Set<Player> players = new LinkedHashSet<>();

  /** Whose turn it is. Written under the lock. */
  private volatile @Nullable Player holder;

  private @Nullable Player last;
  private int elsewhere;
  private boolean watched;

  /** How many turns may yet begin. */
  private long allowed;

  private boolean unbounded;
  private long turns;
  private long turnSince;
  private long suspectTurn;
  private long suspectSince;

  /** When something was last done that may have signalled a thread that is elsewhere. */
  private long stirredAt;

  Turns(VirtualTime time, Order order) {
    this.time = time;
    this.order = order;
    this.unbounded = order.byItself();
    this.allowed = unbounded ? Long.MAX_VALUE : 0;
  }

  /** From now on turns follow each other, whoever drives or not. */
  void byThemselves() {
    lock.lock();
    try {
      allowed = Long.MAX_VALUE;
      unbounded = true;
      dispatch();
    } finally {
      lock.unlock();
    }
  }

  // What players do.

  void joins(Player player) {
    lock.lock();
    try {
      players.add(player);
      if (player.lane && order.byItself() && !watched) {
        watched = true;
        Thread watch = new Thread(this::watch, "virtual-time-watch");
        watch.setDaemon(true);
        watch.start();
      }
      dispatch();
    } finally {
      lock.unlock();
    }
  }

  void begin(Player me) {
    awaitTurn(me);
  }

  void leaves(Player me) {
    lock.lock();
    try {
      players.remove(me);
      if (me.state == State.ELSEWHERE) {
        elsewhere--;
      }
      endTurn(me);
    } finally {
      lock.unlock();
    }
  }

  boolean isTurnOf(Player me) {
    return holder == me;
  }

  /** Waits for its turn, if it was taken away. */
  void enter(Player me) {
    requireAlive(me);
    if (holder == me) {
      return;
    }
    lock.lock();
    try {
      if (me.state == State.ELSEWHERE) {
        elsewhere--;
      }
      me.state = State.READY;
      dispatch();
      turnEnded.signalAll();
    } finally {
      lock.unlock();
    }
    if (awaitTurn(me)) {
      Thread.currentThread().interrupt();
    }
  }

  /** Lets others go first, if it so happens. */
  void letOthersGo(Player me) {
    await(me, new Wait(() -> true, Long.MIN_VALUE, Long.MIN_VALUE), false);
  }

  /**
   * Gives the turn away until what it waits for has happened; true if it was interrupted, and heeds
   * that.
   */
  boolean await(Player me, Wait wait, boolean heedsInterrupt) {
    requireAlive(me);
    boolean interrupted = Thread.interrupted();
    lock.lock();
    try {
      me.interruptPending = interrupted;
      if (me.state == State.ELSEWHERE) {
        elsewhere--;
      }
      me.wait = wait;
      me.state = State.WAITING;
      me.heedsInterrupt = heedsInterrupt;
      endTurn(me);
    } finally {
      lock.unlock();
    }
    interrupted |= awaitTurn(me);
    if (interrupted && !heedsInterrupt) {
      Thread.currentThread().interrupt();
    }
    return interrupted && heedsInterrupt;
  }

  private void endTurn(Player me) {
    if (holder == me) {
      holder = null;
      if (me.lane || !order.byItself()) {
        stirredAt = System.nanoTime();
      }
    }
    dispatch();
    if (holder == null || elsewhere > 0) {
      turnEnded.signalAll();
    }
  }

  /** Whether it was interrupted meanwhile, which does not show any more. */
  private boolean awaitTurn(Player me) {
    boolean interrupted = false;
    while (holder != me) {
      requireAlive(me);
      LockSupport.park(this);
      interrupted |= Thread.interrupted();
    }
    me.goesOn = true;
    requireAlive(me);
    return Thread.interrupted() || interrupted;
  }

  private static void requireAlive(Player me) {
    if (me.isDead()) {
      throw new CrashedException();
    }
  }

  /** Something that somebody may wait for has changed. Any thread. */
  void changed() {
    if (holder == null) {
      lock.lock();
      try {
        if (!(Thread.currentThread() instanceof Player)) {
          stirredAt = System.nanoTime();
        }
        dispatch();
      } finally {
        lock.unlock();
      }
    }
  }

  // All of this under the lock.

  private boolean canGoOn(Player player) {
    Wait wait = player.wait;
    return switch (player.state) {
      case READY -> true;
      case ELSEWHERE -> false;
      case WAITING ->
          wait == null
              || wait.so().getAsBoolean()
              || wait.until() <= time.nanos()
              || (player.interruptPending && player.heedsInterrupt);
    };
  }

  private List<Player> ready() {
    List<Player> ready = new ArrayList<>();
    for (Player player : players) {
      if (canGoOn(player)) {
        ready.add(player);
      }
    }
    return ready;
  }

  /** Begins the next turn, if one may begin. */
  private void dispatch() {
    if (holder == null && allowed > 0 && (elsewhere == 0 || order.byItself())) {
      begin(ready());
    }
  }

  private void begin(List<Player> ready) {
    if (ready.isEmpty()) {
      return;
    }
    Player next = ready.get(order.next(ready, last));
    allowed--;
    next.state = State.READY;
    next.wait = null;
    next.goesOn = false;
    last = next;
    turns++;
    time.passes(order.pause());
    turnSince = System.nanoTime();
    holder = next;
    LockSupport.unpark(next);
  }

  /** Takes the turn from a player that does not use it. */
  private void look() {
    Player slow = holder;
    if (slow == null || !slow.goesOn || !blocks(slow)) {
      suspectTurn = 0;
      return;
    }
    long now = System.nanoTime();
    if (suspectTurn != turns) {
      suspectTurn = turns;
      suspectSince = now;
    } else if (now - suspectSince >= (Elsewhere.isAtALock(slow) ? AT_A_LOCK : BETWEEN_LOOKS)) {
      slow.state = State.ELSEWHERE;
      elsewhere++;
      holder = null;
      stirredAt = now;
      dispatch();
    }
  }

  private boolean blocks(Player player) {
    return switch (player.getState()) {
      case WAITING, BLOCKED -> !lock.hasQueuedThread(player) && !time.isAboutToGoOn(player);
      case TIMED_WAITING -> order.byItself() || LockSupport.getBlocker(player) != null;
      default ->
          System.nanoTime() - turnSince
              > (order.byItself() ? LONG_TURN : time.patience().toNanos());
    };
  }

  // What those do who drive.

  /**
   * Lets all go on until nobody has anything left to do at this moment; who is busy, if that takes
   * longer. Then some may be left who wait for something of their own.
   */
  List<String> awaitQuiet(Duration patience) {
    return drive(Long.MAX_VALUE, patience);
  }

  /** Lets one have its turn, to the end of it; false if there is nobody. */
  boolean one(Duration patience) {
    long before = turns;
    List<String> busy = drive(1, patience);
    if (!busy.isEmpty() && turns == before) {
      throw new AssertionError("nobody comes to an end: " + busy);
    }
    return turns > before;
  }

  private List<String> drive(long turnsAllowed, Duration patience) {
    long start = System.nanoTime();
    lock.lock();
    try {
      boolean byItself = order.byItself();
      long lastTurn = turns + turnsAllowed;
      if (!unbounded) {
        allowed = turnsAllowed;
      }
      stirredAt = start;
      dispatch();
      while (true) {
        look();
        boolean stable = holder == null && isStable(byItself ? DOUBT : SHORT_DOUBT);
        List<Player> ready = holder == null && stable ? ready() : List.of();
        if (stable && !ready.isEmpty() && allowed > 0) {
          begin(ready);
        } else if (stable && ready.isEmpty() && awake().isEmpty()) {
          return List.of();
        } else if (stable && turns >= lastTurn && turnsAllowed != Long.MAX_VALUE) {
          return List.of();
        }
        if (System.nanoTime() - start > patience.toNanos()) {
          return busy();
        }
        long ignored = turnEnded.awaitNanos(BETWEEN_LOOKS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while others had their turns", e);
    } finally {
      if (!unbounded) {
        allowed = 0;
      }
      lock.unlock();
    }
  }

  /** Whether all that are elsewhere will stay there, unless somebody lets them go on. */
  private boolean isStable(long doubt) {
    if (elsewhere == 0) {
      return true;
    }
    boolean certain = true;
    for (Player player : players) {
      if (player.state == State.ELSEWHERE) {
        Elsewhere there = Elsewhere.of(player);
        if (there == Elsewhere.BUSY && !order.byItself()) {
          return false;
        }
        certain &= there != Elsewhere.WAITS_PERHAPS;
      }
    }
    return certain || System.nanoTime() - stirredAt > doubt;
  }

  /** Who is elsewhere and will come back without anybody's help. */
  private List<String> awake() {
    return players.stream()
        .filter(player -> player.state == State.ELSEWHERE)
        .filter(player -> !player.lane || Elsewhere.of(player).isAwake())
        .map(Turns::describe)
        .toList();
  }

  private List<String> busy() {
    List<String> busy = new ArrayList<>(awake());
    Player atTurn = holder;
    if (atTurn != null) {
      busy.add(describe(atTurn));
    }
    ready().forEach(player -> busy.add(describe(player)));
    return busy;
  }

  private static String describe(Player player) {
    return player.getName() + " (" + player.getState() + ")";
  }

  /**
   * When the next of those who wait goes on by itself. Not before {@code idleUntil}, if its going
   * on then would change nothing.
   */
  long nextDue(long idleUntil) {
    lock.lock();
    try {
      long next = Long.MAX_VALUE;
      for (Player player : players) {
        Wait wait = player.wait;
        if (player.state == State.WAITING && wait != null) {
          next = Math.min(next, Math.min(wait.matters(), Math.max(wait.until(), idleUntil)));
        }
      }
      return next;
    } finally {
      lock.unlock();
    }
  }

  /** Lets all players of a life end, wherever they are. */
  void end(Life life) {
    List<Player> theirs = new ArrayList<>();
    lock.lock();
    try {
      for (Player player : players) {
        if (player.life == life) {
          theirs.add(player);
        }
      }
      for (Player player : theirs) {
        players.remove(player);
        if (player.state == State.ELSEWHERE) {
          elsewhere--;
          player.state = State.READY;
        }
        if (holder == player && player != Thread.currentThread()) {
          holder = null;
        }
      }
    } finally {
      lock.unlock();
    }
    for (Player player : theirs) {
      if (player != Thread.currentThread()) {
        player.interrupt(); // It may be in a handler of the user's.
      }
    }
  }

  /**
   * Looks now and then whether somebody holds a turn and does not use it, while nobody drives. Ends
   * with the players.
   */
  private void watch() {
    while (true) {
      LockSupport.parkNanos(this, WATCH);
      lock.lock();
      try {
        if (players.isEmpty()) {
          watched = false;
          return;
        }
        look();
        dispatch();
      } finally {
        lock.unlock();
      }
    }
  }
}
