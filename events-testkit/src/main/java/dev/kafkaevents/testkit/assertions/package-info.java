/**
 * Assertions, with AssertJ, over what lies in the log and what groups have done: see {@link
 * dev.kafkaevents.testkit.assertions.EventsAssertions}. They look at bytes that were stored,
 * decoded by the serdes of the test, and a failure ends with the last actions.
 */
@NullMarked
package dev.kafkaevents.testkit.assertions;

import org.jspecify.annotations.NullMarked;
