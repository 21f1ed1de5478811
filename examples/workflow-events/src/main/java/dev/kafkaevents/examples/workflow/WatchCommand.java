package dev.kafkaevents.examples.workflow;

import static java.util.Objects.requireNonNull;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.Drain;
import dev.kafkaevents.Events;
import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.RejectedException;
import dev.kafkaevents.SerdeException;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.spi.DeliveryInterceptor.Chain;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints events as they come, until it is told to end. */
@Command(
    name = "watch",
    mixinStandardHelpOptions = true,
    description = {
      "Prints events as they come, and how far behind it is.",
      "Ctrl-C closes it in order: what was printed is committed, and the exit code is 0."
    })
final class WatchCommand implements Callable<Integer> {
  private static final Duration LAG_EVERY = Duration.ofSeconds(10);

  @Option(
      names = "--group",
      description = "goes on where this group has ended; else a group of its own")
  private @Nullable String group;

  @Option(
      names = "--from-beginning",
      description = "a group that has read nothing begins at the first event, not at the next")
  private boolean fromBeginning;

  @Option(names = "--type", description = "only events of this type; may be said again")
  private Set<String> types = Set.of();

  @Option(names = "--max", description = "ends when so many have come")
  private long max = Long.MAX_VALUE;

  @Option(names = "--json", description = "the whole event as JSON")
  private boolean json;

  @Spec private CommandSpec spec;

  private final AtomicLong printed = new AtomicLong();
  private final CompletableFuture<Void> enough = new CompletableFuture<>();

  WatchCommand() {
    this.spec = CommandSpec.create();
  }

  @Override
  public Integer call() throws InterruptedException {
    EventsConfig config =
        Settings.ofEnvironment()
            .config()
            .withConsumer("auto.offset.reset", fromBeginning ? "earliest" : "latest");
    String name = group == null ? "watch-" + UUID.randomUUID() : group;
    try (OnSignal signal = OnSignal.tell(() -> enough.complete(null));
        Events events =
            Settings.of(config, System.getenv()).assembly().onDelivery(this::passOver).build()) {
      Subscription subscription =
          events.subscribe(
              WorkflowEvent.TOPIC,
              SubscribeOptions.group(name).withConcurrency(1),
              Callbacks.otherwise(this::print));
      err().println("watching topic " + WorkflowEvent.TOPIC.name() + " as group " + name);
      boolean failed = !awaitEnough(subscription);
      String lag = lag(subscription);
      Drain drain = subscription.close(config.closeTimeout());
      err()
          .printf(
              "closed: %d events, lag %s, %d not settled%n", printed.get(), lag, drain.abandoned());
      return signal.exitWith(failed ? 1 : 0);
    }
  }

  /** False if the subscription failed. */
  private boolean awaitEnough(Subscription subscription) throws InterruptedException {
    CompletableFuture<?> end = CompletableFuture.anyOf(enough, subscription.stopped());
    String told = "";
    while (true) {
      try {
        end.get(LAG_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        return true;
      } catch (TimeoutException notYet) {
        String lag = lag(subscription);
        if (!lag.equals(told)) {
          err().println("lag " + lag);
          told = lag;
        }
      } catch (ExecutionException e) {
        err().println(requireNonNull(e.getCause()).getMessage());
        return false;
      }
    }
  }

  private static String lag(Subscription subscription) {
    return subscription.lag().isPresent()
        ? Long.toString(subscription.lag().getAsLong())
        : "unknown";
  }

  /** What is no workflow event stays on the topic, and holds up nobody. */
  private Settlement passOver(Delivery<?> delivery, Chain chain) throws Exception {
    try {
      return chain.proceed(delivery);
    } catch (SerdeException | RejectedException e) {
      err().printf("passed over the record at %s: %s%n", delivery.position(), e.getMessage());
      return Settlement.skipped("unreadable");
    }
  }

  private void print(Delivery<WorkflowEvent> delivery) {
    WorkflowEvent event = delivery.payload();
    if (!types.isEmpty() && !types.contains(event.eventType())) {
      return;
    }
    spec.commandLine().getOut().println(json ? Lines.json(event) : Lines.line(event, delivery));
    if (printed.incrementAndGet() >= max) {
      enough.complete(null);
    }
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
