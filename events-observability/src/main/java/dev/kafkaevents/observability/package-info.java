/**
 * What happens to events, seen from outside: traces with OpenTelemetry, meters with Micrometer, and
 * the context of log lines. Each is one line of the assembly, none needs the others, and what is
 * not installed costs nothing.
 */
@NullMarked
package dev.kafkaevents.observability;

import org.jspecify.annotations.NullMarked;
