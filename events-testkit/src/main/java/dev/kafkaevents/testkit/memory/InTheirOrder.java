package dev.kafkaevents.testkit.memory;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One after the other, as they were made, over and over; by themselves. */
final class InTheirOrder implements Turns.Order {
  @Override
  public int next(List<Player> ready, @Nullable Player after) {
    for (int i = 0; i < ready.size(); i++) {
      if (after != null && ready.get(i).number > after.number) {
        return i;
      }
    }
    return 0;
  }

  @Override
  public boolean byItself() {
    return true;
  }
}
