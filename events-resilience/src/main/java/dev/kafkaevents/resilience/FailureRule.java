package dev.kafkaevents.resilience;

import dev.kafkaevents.FailureClass;
import org.jspecify.annotations.Nullable;

/**
 * Says what a failure means where nobody else can know: that an exception of the application's is
 * the end of it, or that one of a client's may pass. Used by many threads at once; must not block.
 */
@FunctionalInterface
public interface FailureRule {
  /** The class of {@code failure}, or null: nothing to say about it. */
  @Nullable FailureClass classOf(Throwable failure);
}
