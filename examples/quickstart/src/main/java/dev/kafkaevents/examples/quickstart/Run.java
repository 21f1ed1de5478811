package dev.kafkaevents.examples.quickstart;

import static dev.kafkaevents.examples.quickstart.Quickstart.GROUP;
import static dev.kafkaevents.examples.quickstart.Quickstart.ORDERS;
import static dev.kafkaevents.examples.quickstart.Table.number;

import dev.kafkaevents.EventsException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;

/** Sets the stage for {@link Quickstart#run}, and then looks on the cluster what came of it. */
final class Run {
  private static final String DEAD_LETTERS = ORDERS.name() + ".dlq";
  private static final int PARTITIONS = 4;
  private static final int MALFORMED_SHOWN = 10;

  /** Longer than a broker takes to come back. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Duration EXIT = Duration.ofSeconds(5);

  private static final String GOOD = "All is accounted for, and all checks hold.";
  private static final String BAD =
      "NOT all is well: see the lines that begin with \"!\", and what is above the table.";

  private final Screen screen;
  private final String source;
  private final OrderInput input;
  private final Ledger ledger = new Ledger(ORDERS.name());
  private final KeyOrder order = new KeyOrder(ledger::isSettled);
  private final DeadLetters letters = new DeadLetters(Undecodable.message());
  private final Watch watch = new Watch(ledger, order, letters, PATIENCE);

  /** For the {@code events} of {@code source}. */
  Run(Screen screen, String source, InputStream events) {
    this.screen = screen;
    this.source = source;
    this.input = new OrderInput(ORDERS, events, this::malformed);
  }

  private void malformed(String problem) {
    if (input.malformed() <= MALFORMED_SHOWN) {
      screen.problem("  " + problem);
    } else if (input.malformed() == MALFORMED_SHOWN + 1) {
      screen.problem("  and more such lines");
    }
  }

  /** Whether all went well and all checks hold. */
  boolean run() throws InterruptedException {
    try (ExitHook hook = new ExitHook(() -> screen.endWith(this::interrupted))) {
      hook.install();
      screen.inPlace("  connecting");
      try (Cluster cluster = Cluster.connect();
          Inspector inspector = new Inspector(cluster.config(), cluster.names())) {
        return run(cluster, inspector);
      }
    } catch (EventsException e) {
      screen.problem("  " + e.getMessage());
      return false;
    }
  }

  private boolean run(Cluster cluster, Inspector inspector) throws InterruptedException {
    inspector.create(ORDERS.name(), PARTITIONS);
    inspector.create(DEAD_LETTERS, 1);
    screen.line("  Kafka         " + cluster);
    screen.line(
        "  topic         %s, %d partitions"
            .formatted(cluster.names().topic(ORDERS.name()), PARTITIONS));
    screen.line("  dead letters  " + cluster.names().topic(DEAD_LETTERS));
    screen.line("  events        " + source);
    screen.line("");
    boolean wentWell = publishAndHandle(cluster);
    Table table = look(inspector);
    screen.line(table.toString());
    boolean isGood = wentWell && table.allHold();
    screen.line(isGood ? GOOD : BAD);
    if (Cluster.isShared()) {
      screen.line("The topics and the group stay on the cluster, to be looked at and deleted.");
    }
    screen.line("");
    return isGood;
  }

  private boolean publishAndHandle(Cluster cluster) throws InterruptedException {
    try (Progress progress = new Progress(screen, this::progress)) {
      progress.start();
      Quickstart.run(cluster, input, watch);
      return true;
    } catch (EventsException | UncheckedIOException e) {
      screen.problem("  " + e.getMessage());
      return false;
    }
  }

  /** What can't be found out is left out of the table, where it counts as not as it should be. */
  private Table look(Inspector inspector) throws InterruptedException {
    Map<Integer, Long> ends = Map.of();
    Map<Integer, Long> committed = Map.of();
    try {
      ends = inspector.ends(ORDERS.name(), PARTITIONS);
      committed = inspector.committed(GROUP, ORDERS.name());
      inspector.read(DEAD_LETTERS, 1, letters::found);
    } catch (EventsException e) {
      screen.problem("  " + e.getMessage());
    }
    return new Report(input, ledger, order, letters, watch).table(ends, committed);
  }

  private String progress() {
    Ledger.Balance balance = ledger.balance();
    if (balance.begun() == 0) {
      return "  subscribing";
    }
    return "  %s published, %s handled, %s dead-lettered"
        .formatted(
            number(balance.stored()), number(balance.handled()), number(balance.deadLettered()));
  }

  private String interrupted() {
    if (Cluster.isShared()) {
      watch.close(EXIT);
    }
    return "  interrupted:%s; %s"
        .formatted(
            progress(),
            Cluster.isShared()
                ? "what is neither is on the topic still, and comes when the group goes on"
                : "the broker ends with this run");
  }
}
