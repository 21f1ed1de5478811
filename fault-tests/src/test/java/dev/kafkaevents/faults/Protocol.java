package dev.kafkaevents.faults;

import dev.kafkaevents.EventsConfig;
import java.util.Map;

/**
 * How a group shares its partitions, with members that notice soon. A member that goes while it
 * joins holds a classic group up for a session, so that is short: while the group waits, nobody can
 * commit.
 */
enum Protocol {
  /** The classic protocol: everybody gives up everything. */
  EAGER(
      Map.of(
          "partition.assignment.strategy",
          "org.apache.kafka.clients.consumer.RangeAssignor",
          "heartbeat.interval.ms",
          "100",
          "session.timeout.ms",
          "10000")),
  /** The classic protocol: only what moves is given up. The default. */
  COOPERATIVE(Map.of("heartbeat.interval.ms", "100", "session.timeout.ms", "10000")),
  /** The protocol of KIP-848: the broker assigns. */
  CONSUMER(Map.of("group.protocol", "consumer"));

  private final Map<String, String> settings;

  Protocol(Map<String, String> settings) {
    this.settings = settings;
  }

  /** Settings of the consumer. */
  Map<String, String> settings() {
    return settings;
  }

  /** The time after which a silent member is dead; of CONSUMER it is the broker's to say. */
  Map<String, String> sessionTimeout(String millis) {
    return this == CONSUMER ? Map.of() : Map.of("session.timeout.ms", millis);
  }

  EventsConfig in(EventsConfig config) {
    return with(config, settings);
  }

  static EventsConfig with(EventsConfig config, Map<String, String> consumer) {
    EventsConfig changed = config;
    for (Map.Entry<String, String> setting : consumer.entrySet()) {
      changed = changed.withConsumer(setting.getKey(), setting.getValue());
    }
    return changed;
  }
}
