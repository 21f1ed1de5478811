package dev.kafkaevents.examples.workflow;

import static java.util.Objects.requireNonNull;

import dev.kafkaevents.Envelope;
import dev.kafkaevents.Topic;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonNaming;
import tools.jackson.databind.annotation.JsonSerialize;

/**
 * How a task or a workflow ended, in the form that is on the topic: {@code event_id}, {@code
 * event_type} and so on. Fields that are not known here are passed by.
 *
 * @param eventType such as {@code task.failed}; anybody may have others
 * @param workflowRunId tells the runs of one workflow apart
 */
@JsonNaming(SnakeCaseStrategy.class)
record WorkflowEvent(
    String eventId,
    String eventType,
    String source,
    String workflowId,
    String workflowRunId,
    @JsonSerialize(using = PlainTime.Writer.class) @JsonDeserialize(using = PlainTime.Reader.class)
        Instant timestamp,
    Payload payload,
    Metadata metadata) {

  /** Without an envelope: the JSON is all there is, for producers and consumers of any age. */
  static final Topic<WorkflowEvent> TOPIC =
      Topic.of("workflow-events", WorkflowEvent.class)
          .keyedBy(WorkflowEvent::workflowId)
          .withEnvelope(Envelope.NONE);

  static final String TASK_COMPLETED = "task.completed";
  static final String TASK_FAILED = "task.failed";
  static final String WORKFLOW_COMPLETED = "workflow.completed";
  static final String WORKFLOW_FAILED = "workflow.failed";

  /** What the event type is about: anything that JSON can say. */
  record Payload(Map<String, Object> data) {
    @SuppressWarnings("UnusedVariable") // it is what the component becomes
    Payload(@Nullable Map<String, Object> data) {
      this.data = data == null ? Map.of() : data;
    }
  }

  /** Where the event comes from. */
  record Metadata(@Nullable String environment, @Nullable String version) {}

  WorkflowEvent {
    requireNonNull(eventId, "event_id");
    requireNonNull(eventType, "event_type");
    requireNonNull(source, "source");
    requireNonNull(workflowId, "workflow_id");
    requireNonNull(workflowRunId, "workflow_run_id");
    requireNonNull(timestamp, "timestamp");
    payload = payload == null ? new Payload(Map.of()) : payload;
    metadata = metadata == null ? new Metadata(null, null) : metadata;
  }

  /** For logs and screens: which event this is, and nothing of its payload. */
  @Override
  public String toString() {
    Object task = payload.data().get("task_id");
    return "%s of %s/%s%s (event %s)"
        .formatted(
            eventType, workflowId, workflowRunId, task == null ? "" : " task " + task, eventId);
  }
}
