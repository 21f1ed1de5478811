package dev.kafkaevents.examples.workflow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaevents.Headers;
import dev.kafkaevents.SerdeException;
import dev.kafkaevents.examples.workflow.WorkflowEvent.Metadata;
import dev.kafkaevents.examples.workflow.WorkflowEvent.Payload;
import dev.kafkaevents.serde.json.JsonSerde;
import dev.kafkaevents.spi.Serde;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class WorkflowEventTest {
  private static final WorkflowEvent EVENT =
      new WorkflowEvent(
          "e-1",
          "task.failed",
          "airflow",
          "etl",
          "run-1",
          Instant.parse("2026-07-01T12:00:00.5Z"),
          new Payload(Map.of("task_id", "load")),
          new Metadata("production", "2"));

  @SuppressWarnings("unchecked") // the topic says so
  private final Serde<WorkflowEvent> serde =
      (Serde<WorkflowEvent>) JsonSerde.factory().create(WorkflowEvent.TOPIC);

  @Test
  void isWrittenInSnakeCase_withATimeThatPythonReads() {
    assertThat(new String(serde.encode(EVENT, (name, value) -> {}), UTF_8))
        .isEqualTo(
            """
            {"event_id":"e-1","event_type":"task.failed","source":"airflow","workflow_id":"etl",\
            "workflow_run_id":"run-1","timestamp":"2026-07-01T12:00:00.500000+00:00",\
            "payload":{"data":{"task_id":"load"}},\
            "metadata":{"environment":"production","version":"2"}}""");
    assertThat(read(new String(serde.encode(EVENT, (name, value) -> {}), UTF_8))).isEqualTo(EVENT);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-07-01T12:00:00.500000, 2026-07-01T12:00:00.5Z",
    "2026-07-01T12:00:00, 2026-07-01T12:00:00Z",
    "2026-07-01T12:00:00+02:00, 2026-07-01T10:00:00Z",
    "2026-07-01T12:00:00.000001Z, 2026-07-01T12:00:00.000001Z",
    "2026-07-01 12:00:00.5+00:00, 2026-07-01T12:00:00.5Z"
  })
  void timesOfOthers_areRead(String written, Instant meant) {
    assertThat(read(json("\"" + written + "\"")).timestamp()).isEqualTo(meant);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"SECRET\"", "\"\"", "1751371200", "null", "{}"})
  void whatIsNoTime_isRefusedWithoutBeingQuoted(String written) {
    assertThatThrownBy(() -> read(json(written)))
        .isInstanceOf(SerdeException.class)
        .hasMessageNotContaining("SECRET");
  }

  @Test
  void payloadAndMetadata_mayBeMissing_andFieldsMayBeUnknown() {
    WorkflowEvent event = read(json("\"2026-07-01T12:00:00\""));
    assertThat(event.payload().data()).isEmpty();
    assertThat(event.metadata()).isEqualTo(new Metadata(null, null));
  }

  @Test
  void numbersOfThePayload_areExact() {
    WorkflowEvent event =
        read(
            json("\"2026-07-01T12:00:00\"")
                .replace("}", ",\"payload\":{\"data\":{\"sum\":0.10,\"n\":7}}}"));
    assertThat(event.payload().data()).isEqualTo(Map.of("sum", new BigDecimal("0.10"), "n", 7));
  }

  @Test
  void eventWithoutItsType_isRefused() {
    String json = json("\"2026-07-01T12:00:00\"").replace("event_type", "type");
    assertThatThrownBy(() -> read(json)).isInstanceOf(SerdeException.class);
  }

  @Test
  void text_tellsWhichEvent_andNothingOfItsPayload() {
    Payload payload = new Payload(Map.of("task_id", "load", "password", "SECRET"));
    WorkflowEvent event =
        new WorkflowEvent(
            "e-1",
            "task.failed",
            "airflow",
            "etl",
            "run-1",
            EVENT.timestamp(),
            payload,
            EVENT.metadata());
    assertThat(event).hasToString("task.failed of etl/run-1 task load (event e-1)");
  }

  private WorkflowEvent read(String json) {
    return serde.decode(json.getBytes(UTF_8), WorkflowEvent.class, Headers.empty());
  }

  private static String json(String timestamp) {
    return """
    {"event_id": "e-1", "event_type": "a", "source": "s", "workflow_id": "w", \
    "workflow_run_id": "r", "added_later": [1], "timestamp": %s}"""
        .formatted(timestamp);
  }
}
