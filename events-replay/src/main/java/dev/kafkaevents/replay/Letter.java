package dev.kafkaevents.replay;

import dev.kafkaevents.Message;
import dev.kafkaevents.Position;
import dev.kafkaevents.resilience.DeadLetterOrigin;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter, as it is kept.
 *
 * @param position where it is kept
 * @param message key, value and headers, byte for byte
 * @param origin where it comes from; null if its headers don't say
 */
public record Letter(Position position, Message message, @Nullable DeadLetterOrigin origin) {
  /** Counts the replays of an event; a dead letter keeps it, as it keeps all headers. */
  static final String REPLAYS = "events-replays";

  /** Which letter a replayed event was. */
  static final String REPLAY_OF = "events-replay-of";

  private static final Pattern COUNT = Pattern.compile("[0-9]{1,6}");

  /** How often its event was replayed before; 0 if its headers say nothing that can be true. */
  public int replays() {
    String count = message.headers().text(REPLAYS);
    return count != null && COUNT.matcher(count).matches() ? Integer.parseInt(count) : 0;
  }

  /** The class of its failure, as {@code events-dlq-class} says; null if that is not there. */
  public @Nullable String failureClass() {
    return message.headers().text("events-dlq-class");
  }

  /** Where it is; never key, value or headers. */
  @Override
  public String toString() {
    return "dead letter at " + position;
  }
}
