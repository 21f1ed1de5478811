/**
 * What happens when a handler fails: {@link dev.kafkaevents.resilience.Retry} tries again, {@link
 * dev.kafkaevents.resilience.Breaker} waits for what the handler needs, {@link
 * dev.kafkaevents.resilience.DeadLetter} keeps the record elsewhere and lets the subscription go
 * on. Without any of them a failure stops the subscription.
 */
@NullMarked
package dev.kafkaevents.resilience;

import org.jspecify.annotations.NullMarked;
