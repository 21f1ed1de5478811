package dev.kafkaevents.examples.workflow;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.serde.json.JsonSerde;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.json.JsonMapper;

/** Events as lines for a screen. Whoever wrote an event can't write to the terminal with it. */
final class Lines {
  private static final JsonMapper ASCII =
      JsonSerde.mapper().rebuild().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private Lines() {}

  /** When, what and where. */
  static String line(WorkflowEvent event, Delivery<?> delivery) {
    return "%s  %s  at %s"
        .formatted(PlainTime.format(event.timestamp()), plain(event), delivery.position());
  }

  /** All of it. */
  static String json(WorkflowEvent event) {
    return new String(ASCII.writeValueAsBytes(event), UTF_8);
  }

  private static String plain(WorkflowEvent event) {
    return event.toString().replaceAll("[^\\x20-\\x7e]", "?");
  }
}
