/**
 * The first thing to run: publishes and handles events on a real broker, and checks what came of
 * them. Begin with {@link dev.kafkaevents.examples.quickstart.Quickstart}, the rest prepares,
 * counts and prints.
 */
@NullMarked
package dev.kafkaevents.examples.quickstart;

import org.jspecify.annotations.NullMarked;
