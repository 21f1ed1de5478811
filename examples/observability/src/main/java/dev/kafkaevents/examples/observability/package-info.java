/**
 * Sees an application from outside: its trace, its meters and its health, while what it needs
 * fails.
 */
@NullMarked
package dev.kafkaevents.examples.observability;

import org.jspecify.annotations.NullMarked;
