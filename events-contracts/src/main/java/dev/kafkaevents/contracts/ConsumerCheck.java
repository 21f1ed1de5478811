package dev.kafkaevents.contracts;

import dev.kafkaevents.Events;
import dev.kafkaevents.Position;
import dev.kafkaevents.spi.EventsBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Delivers cases of a contract to a consumer, each to a new one, and judges how that ends. */
final class ConsumerCheck {
  private final Contract contract;
  private final Set<String> otherTopics;
  private final Consumer<EventsBuilder> assembly;
  private final Consumer<Events> subscribing;

  ConsumerCheck(
      Contract contract,
      Set<String> otherTopics,
      Consumer<EventsBuilder> assembly,
      Consumer<Events> subscribing) {
    this.contract = contract;
    this.otherTopics = otherTopics;
    this.assembly = assembly;
    this.subscribing = subscribing;
  }

  /** A record and what became of it. */
  private record Ended(Position position, Outcome.@Nullable End end, boolean committed) {}

  /** Writes the record of a case, {@code times}, and has it handled. */
  private List<Ended> deliver(Case each, int times, Stage stage) {
    Topics.create(contract, stage);
    otherTopics.forEach(topic -> stage.createTopic(topic, 1, Map.of()));
    Outcome outcome = new Outcome(contract);
    try (Events writing = stage.events(builder -> builder);
        Events events =
            stage.events(
                builder -> {
                  assembly.accept(builder);
                  return builder.probe(outcome);
                })) {
      List<Position> positions = new ArrayList<>();
      for (int i = 0; i < times; i++) {
        positions.add(writing.send(each.message()).join());
      }
      subscribing.accept(events);
      stage.settle();
      return positions.stream()
          .map(at -> new Ended(at, outcome.of(at), outcome.isCommitted(at)))
          .toList();
    }
  }

  /**
   * Delivers a case twice.
   *
   * @throws AssertionError if it does not end as it must, both times
   */
  void verify(Case each, Stage stage) {
    List<Ended> ended = deliver(each, 2, stage);
    int expected = each.ends() == Ending.STOPPED ? 1 : 2;
    for (int i = 0; i < expected; i++) {
      verify(each, ended.get(i), i == 0 ? "" : ", delivered again,");
    }
  }

  private static void verify(Case each, Ended ended, String again) {
    Outcome.End end = ended.end();
    String what = each.name() + again;
    if (end == null) {
      throw new AssertionError(
          what
              + " was not delivered; does the subscription have topic "
              + each.message().topic()
              + ", from its beginning?");
    }
    if (end.ending() != each.ends()) {
      throw failure(
          what
              + " ended "
              + end.ending().written()
              + by(end.cause())
              + ", must be "
              + each.ends().written(),
          end);
    }
    if (each.cause() != null && !isCausedBy(end.cause(), each.cause())) {
      throw failure(
          what + " ended as it must, but" + by(end.cause()) + ", must be by " + each.cause(), end);
    }
    if (ended.committed() != (each.ends() != Ending.STOPPED)) {
      throw failure(
          what
              + (ended.committed()
                  ? " stopped the subscription, and was committed"
                  : " was not committed"),
          end);
    }
  }

  private static String by(@Nullable Throwable cause) {
    return cause == null ? "" : " by " + cause.getClass().getName();
  }

  /** The cause has what the handler threw; its message is not ours to show. */
  private static AssertionError failure(String message, Outcome.End end) {
    return new AssertionError(message, end.cause());
  }

  private static boolean isCausedBy(@Nullable Throwable failure, String simpleName) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      for (Class<?> type = each.getClass(); type != null; type = type.getSuperclass()) {
        if (type.getSimpleName().equals(simpleName)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Whether a case is handled, delivered once. */
  boolean handles(Case each, Stage stage) {
    Outcome.End end = deliver(each, 1, stage).get(0).end();
    return end != null && end.ending() == Ending.HANDLED;
  }
}
