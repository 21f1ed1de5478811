package dev.kafkaevents.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.Events;
import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.Position;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.spi.EventsProbe;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * The process of a {@link Service}: address, topic and group as arguments, commands on its standard
 * input. It ends when that does, at once.
 */
final class ServiceMain {
  private final String bootstrapServers;
  private final String topic;
  private final String group;
  private final Map<String, Events> members = new ConcurrentHashMap<>();

  private ServiceMain(String bootstrapServers, String topic, String group) {
    this.bootstrapServers = bootstrapServers;
    this.topic = topic;
    this.group = group;
  }

  public static void main(String[] args) throws IOException {
    ServiceMain service = new ServiceMain(args[0], args[1], args[2]);
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
    Events events =
        KafkaEvents.builder(config).serde(Step.serde()).probe(new Teller(member)).build();
    members.put(member, events);
    events
        .subscribe(
            Step.topic(topic),
            SubscribeOptions.group(group).withConcurrency(32),
            step -> LockSupport.parkNanos(workNanos))
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
      Position at = delivery.position();
      tell(
          "delivered",
          at.partition(),
          at.offset(),
          "\t%s\t%s\t%d"
              .formatted(
                  delivery.key(), delivery.message().headers().text("ce_id"), delivery.attempt()));
    }

    @Override
    public void settled(Delivery<?> delivery, Settlement settlement) {
      tell("settled", delivery.position().partition(), delivery.position().offset(), "");
    }

    @Override
    public void committed(String group, String topic, int partition, long offset) {
      tell("committed", partition, offset, "");
    }

    @Override
    public void assigned(String group, String topic, int partition) {
      tell("assigned", partition, -1, "");
    }

    @Override
    public void revoked(String group, String topic, int partition) {
      tell("revoked", partition, -1, "");
    }

    @Override
    public void lost(String group, String topic, int partition) {
      tell("lost", partition, -1, "");
    }

    private void tell(String what, int partition, long offset, String rest) {
      long nanos = System.nanoTime();
      long thread = Thread.currentThread().getId();
      ServiceMain.tell(
          "%s\t%s\t%d\t%d\t%d\t%d%s"
              .formatted(what, member, nanos, thread, partition, offset, rest));
    }
  }
}
