package dev.kafkaevents.examples.workflow;

import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.core.NameMapper;
import dev.kafkaevents.examples.workflow.WorkflowEvent.Metadata;
import dev.kafkaevents.serde.json.JsonSerde;
import java.time.Duration;
import java.util.Map;

/** How events are published, and what they say of where they come from. */
record Settings(EventsConfig config, NameMapper names, Metadata metadata) {
  private static final Map<String, String> DEFAULTS =
      Map.of("events.application", "workflow-events", "events.publish-timeout", "3s");

  /**
   * From the environment: {@code KAFKA_BOOTSTRAP_SERVERS} and the other settings of {@link
   * EventsConfig}, {@code WORKFLOW_ENVIRONMENT} and {@code WORKFLOW_VERSION}.
   *
   * @throws dev.kafkaevents.EventsConfigException if they can't be used
   */
  static Settings ofEnvironment() {
    return of(EventsConfig.load(DEFAULTS), System.getenv());
  }

  /** The same, on a cluster that is known. */
  static Settings of(EventsConfig config, Map<String, String> environment) {
    return new Settings(
        // A publish may not hold its thread longer than it may take as a whole.
        config.withProducer("max.block.ms", Long.toString(config.publishTimeout().toMillis())),
        NameMapper.identity(),
        new Metadata(
            environment.getOrDefault("WORKFLOW_ENVIRONMENT", "development"),
            environment.getOrDefault("WORKFLOW_VERSION", "1")));
  }

  Settings withNames(NameMapper names) {
    return new Settings(config, names, metadata);
  }

  /** {@code EVENTS_SOURCE}. */
  String source() {
    return config.source();
  }

  /**
   * How long to wait for the confirmation of an event: a moment longer than Kafka has for it, which
   * is {@code EVENTS_PUBLISH_TIMEOUT} or 3 s, so that it may say why it failed.
   */
  Duration patience() {
    return config.publishTimeout().plusMillis(500);
  }

  /** To publish and subscribe with, and to build upon. */
  KafkaEvents.Builder assembly() {
    return KafkaEvents.builder(config).serde(JsonSerde.factory()).names(names);
  }
}
