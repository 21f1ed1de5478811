/** Tracing with OpenTelemetry and metrics with Micrometer. Nothing is here yet. */
@NullMarked
package dev.kafkaevents.observability;

import org.jspecify.annotations.NullMarked;
