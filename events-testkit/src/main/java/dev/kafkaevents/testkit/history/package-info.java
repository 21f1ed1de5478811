/**
 * Judges a run: {@link dev.kafkaevents.testkit.history.History} is told what was published,
 * handled, settled and committed, and says what of it broke a promise.
 */
@NullMarked
package dev.kafkaevents.testkit.history;

import org.jspecify.annotations.NullMarked;
