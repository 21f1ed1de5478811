/**
 * Dead letters, to be looked at, sent back or parked: {@link dev.kafkaevents.replay.Replay} is the
 * library, {@link dev.kafkaevents.replay.DeadLettersCommand} the command over it.
 */
@NullMarked
package dev.kafkaevents.replay;

import org.jspecify.annotations.NullMarked;
