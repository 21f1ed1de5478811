package dev.kafkaevents.testkit.memory;

import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * All that is left to chance where one thing is done at a time: who is next, how much a poll
 * returns, and whether time passes meanwhile. The same seed takes the same chances.
 */
final class Chance implements Turns.Order {
  private static final int LARGE_BATCH = 16;

  private final SplittableRandom ofTurns;
  private final SplittableRandom ofPlayers;
  private final boolean restless;

  /**
   * @param restless whether time passes, and polls return less than there is
   */
  Chance(long seed, boolean restless) {
    this.ofTurns = new SplittableRandom(seed);
    this.ofPlayers = ofTurns.split();
    this.restless = restless;
  }

  /** Under the lock of the turns. */
  @Override
  public int next(List<Player> ready, @Nullable Player after) {
    return ready.size() == 1 ? 0 : ofTurns.nextInt(ready.size());
  }

  /** How long the turn that begins was waited for. Under the lock of the turns. */
  @Override
  public long pause() {
    if (!restless) {
      return 0;
    }
    long longest = happens(ofTurns, 300) ? TimeUnit.SECONDS.toNanos(3) : 100_000;
    return ofTurns.nextLong(longest);
  }

  @Override
  public boolean byItself() {
    return false;
  }

  /** At most {@code most}. At turn. */
  int upTo(int most) {
    return restless ? 1 + ofPlayers.nextInt(Math.min(most, LARGE_BATCH)) : most;
  }

  /** True once in so many times. At turn. */
  boolean happens(int oneIn) {
    return happens(ofPlayers, oneIn);
  }

  private static boolean happens(SplittableRandom random, int oneIn) {
    return random.nextInt(oneIn) == 0;
  }
}
