package dev.kafkaevents.resilience;

import dev.kafkaevents.Message;
import dev.kafkaevents.Position;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where a dead letter comes from, as its headers say, whoever wrote them.
 *
 * @param dialect whose headers these are
 * @param position of the record that became a dead letter
 * @param timestamp of that record; null if that is unknown
 * @param group that could not handle it; null if that is unknown
 * @param attempts how many there were, at least 1; null if that is unknown
 * @param exception the name of the class of the failure; null if that is unknown
 */
public record DeadLetterOrigin(
    DeadLetterDialect dialect,
    Position position,
    @Nullable Instant timestamp,
    @Nullable String group,
    @Nullable Integer attempts,
    @Nullable String exception) {
  /**
   * Of {@code letter}, in the first {@linkplain DeadLetterDialect dialect} in which it says its
   * topic, partition and offset; null if it does in none. Headers are what somebody wrote: values
   * that can't be true are left out, and the others are not proven.
   */
  public static @Nullable DeadLetterOrigin of(Message letter) {
    for (DeadLetterDialect dialect : DeadLetterDialect.values()) {
      DeadLetterOrigin origin = dialect.read(letter);
      if (origin != null) {
        return origin;
      }
    }
    return null;
  }
}
