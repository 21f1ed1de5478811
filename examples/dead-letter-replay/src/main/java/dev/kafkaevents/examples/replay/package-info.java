/** Handles, after a repair, the events that a handler with a mistake has made dead letters. */
@NullMarked
package dev.kafkaevents.examples.replay;

import org.jspecify.annotations.NullMarked;
