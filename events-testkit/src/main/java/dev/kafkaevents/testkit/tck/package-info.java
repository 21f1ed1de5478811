/**
 * Suites that say what an implementation of our interfaces has to do: one extends a suite, tells it
 * what to test, and has the tests.
 */
@NullMarked
package dev.kafkaevents.testkit.tck;

import org.jspecify.annotations.NullMarked;
