package dev.kafkaevents.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.Events;
import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.Position;
import dev.kafkaevents.RejectedException;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.Topic;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.resilience.Breaker;
import dev.kafkaevents.resilience.DeadLetter;
import dev.kafkaevents.resilience.Retry;
import dev.kafkaevents.resilience.UnorderedRetry;
import dev.kafkaevents.spi.EventsProbe;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The process of a {@link Service}: address, topic, group and mode as arguments, commands on its
 * standard input. It ends when that does, at once.
 */
final class ServiceMain {
  /** When an event is tried again that failed where it was first. */
  private static final Duration LATER = Duration.ofSeconds(1);

  /** In place of an offset. */
  private static final long NONE = -1;

  private final String bootstrapServers;
  private final String topic;
  private final String group;
  private final Service.Mode mode;
  private final Set<String> outages = ConcurrentHashMap.newKeySet();
  private final Map<String, Events> members = new ConcurrentHashMap<>();

  private ServiceMain(String bootstrapServers, String topic, String group, Service.Mode mode) {
    this.bootstrapServers = bootstrapServers;
    this.topic = topic;
    this.group = group;
    this.mode = mode;
  }

  public static void main(String[] args) throws IOException {
    ServiceMain service = new ServiceMain(args[0], args[1], args[2], Service.Mode.valueOf(args[3]));
    try (BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
      for (String line = commands.readLine(); line != null; line = commands.readLine()) {
        String[] command = line.split("\t", -1);
        switch (command[0]) {
          case "join" -> service.join(command[1], Long.parseLong(command[2]), command[3]);
          case "leave" -> new Thread(service.members.remove(command[1])::close).start();
          default -> throw new IllegalArgumentException(line);
        }
      }
    }
    Runtime.getRuntime().halt(1);
  }

  private void join(String member, long workNanos, String settings) {
    EventsConfig config =
        EventsConfig.of(member, bootstrapServers)
            .withConsumer("max.poll.records", "50")
            .withConsumer("fetch.max.wait.ms", "50");
    for (String setting : settings.split(";", -1)) {
      int equals = setting.indexOf('=');
      config = config.withConsumer(setting.substring(0, equals), setting.substring(equals + 1));
    }
    KafkaEvents.Builder builder =
        KafkaEvents.builder(config).serde(Step.serde()).probe(new Teller(member));
    SubscribeOptions options = SubscribeOptions.group(group).withConcurrency(32);
    Topic<Step> steps = Step.topic(topic);
    if (mode == Service.Mode.LATER) {
      UnorderedRetry later = UnorderedRetry.after(LATER);
      Events events = builder.onDelivery(later).build();
      members.put(member, events);
      tellEnd(member, events.subscribe(steps, options, ServiceMain::failWhereItIsFirst));
      tellEnd(member, later.subscribe(events, steps, options, step -> {}));
      return;
    }
    if (mode == Service.Mode.RESILIENT) {
      builder
          .onDelivery(DeadLetter.toTopicWithSuffix(".dlq"))
          .onDelivery(Retry.upTo(3, Duration.ofMillis(20)))
          .onDelivery(Breaker.around("ledger", IOException.class::isInstance));
    }
    Events events = builder.build();
    members.put(member, events);
    tellEnd(
        member,
        events.subscribe(
            steps,
            options,
            step -> {
              LockSupport.parkNanos(workNanos);
              if (mode == Service.Mode.RESILIENT) {
                failAtTimes(step);
              }
            }));
  }

  private static void failWhereItIsFirst(Delivery<Step> step) throws IOException {
    throw new IOException("not now");
  }

  /** Some are bad, some pass at the second attempt, and at some the ledger is down for once. */
  private void failAtTimes(Delivery<Step> step) throws IOException {
    int number = step.payload().number();
    if (number % 29 == 5) {
      throw new RejectedException("bad");
    }
    if (number % 7 == 3 && step.attempt() == 1) {
      throw new IllegalStateException("not yet");
    }
    if (number % 23 == 9 && outages.add(step.payload().toString())) {
      throw new IOException("the ledger is down");
    }
  }

  private static void tellEnd(String member, Subscription subscription) {
    subscription
        .stopped()
        .whenComplete(
            (end, failure) -> {
              if (failure != null) {
                tell("stopped\t" + member + "\t" + failure);
              }
            });
  }

  /** One write for each line, so that a kill comes between two lines or not at all. */
  private static void tell(String line) {
    byte[] bytes = (line + "\n").getBytes(UTF_8);
    synchronized (System.out) {
      System.out.write(bytes, 0, bytes.length);
      System.out.flush();
    }
  }

  private record Teller(String member) implements EventsProbe {
    @Override
    public void delivered(Delivery<?> delivery) {
      tell("delivered", delivery, delivery.key() + "\t" + id(delivery) + "\t" + delivery.attempt());
    }

    @Override
    public void retryScheduled(Delivery<?> delivery, Duration delay) {
      tell("retry", delivery, "");
    }

    @Override
    public void settled(Delivery<?> delivery, Settlement settlement) {
      if (settlement instanceof Settlement.DeadLettered dead) {
        Position at = dead.at();
        tell("dead", delivery, at.topic() + "\t" + at.partition() + "\t" + at.offset());
      } else if (settlement instanceof Settlement.Skipped) {
        tell("later", delivery, "");
      } else {
        tell("handled", delivery, id(delivery));
      }
    }

    @Override
    public void committed(String group, String topic, int partition, long offset) {
      tell("committed", new Position(topic, partition, offset), "");
    }

    @Override
    public void assigned(String group, String topic, int partition) {
      tell("assigned", new Position(topic, partition, NONE), "");
    }

    @Override
    public void revoked(String group, String topic, int partition) {
      tell("revoked", new Position(topic, partition, NONE), "");
    }

    @Override
    public void lost(String group, String topic, int partition) {
      tell("lost", new Position(topic, partition, NONE), "");
    }

    private static @Nullable String id(Delivery<?> delivery) {
      return delivery.message().headers().text("ce_id");
    }

    private void tell(String what, Delivery<?> delivery, @Nullable String rest) {
      tell(what, delivery.position(), rest);
    }

    private void tell(String what, Position at, @Nullable String rest) {
      long nanos = System.nanoTime();
      long thread = Thread.currentThread().getId();
      ServiceMain.tell(
          "%s\t%s\t%d\t%d\t%s\t%d\t%d\t%s"
              .formatted(
                  what, member, nanos, thread, at.topic(), at.partition(), at.offset(), rest));
    }
  }
}
