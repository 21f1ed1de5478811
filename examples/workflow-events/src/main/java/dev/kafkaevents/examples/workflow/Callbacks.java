package dev.kafkaevents.examples.workflow;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.EventHandler;
import java.util.HashMap;
import java.util.Map;

/**
 * A handler for each type of event.
 *
 * <pre>{@code
 * events.subscribe(
 *     WorkflowEvent.TOPIC,
 *     "on-call",
 *     Callbacks.otherwise(event -> {})
 *         .on("task.failed", event -> page(event.payload()))
 *         .on("workflow.failed", event -> page(event.payload())));
 * }</pre>
 *
 * <p>Immutable, and safe for use by many threads if the callbacks are.
 */
final class Callbacks implements EventHandler<WorkflowEvent> {
  private final Map<String, EventHandler<WorkflowEvent>> byType;
  private final EventHandler<WorkflowEvent> otherwise;

  private Callbacks(
      Map<String, EventHandler<WorkflowEvent>> byType, EventHandler<WorkflowEvent> otherwise) {
    this.byType = byType;
    this.otherwise = otherwise;
  }

  /** What to do with events of all types that have no callback of their own. */
  static Callbacks otherwise(EventHandler<WorkflowEvent> callback) {
    return new Callbacks(Map.of(), callback);
  }

  /** The same, with a callback for {@code eventType}, in place of the one it had. */
  Callbacks on(String eventType, EventHandler<WorkflowEvent> callback) {
    Map<String, EventHandler<WorkflowEvent>> more = new HashMap<>(byType);
    more.put(eventType, callback);
    return new Callbacks(Map.copyOf(more), otherwise);
  }

  @Override
  public void handle(Delivery<WorkflowEvent> event) throws Exception {
    byType.getOrDefault(event.payload().eventType(), otherwise).handle(event);
  }
}
