/**
 * Tests of events with JUnit: {@link dev.kafkaevents.testkit.junit.EventsTest} gives each test a
 * Kafka of its own, in memory or on a real broker, which breaks as the test asks for.
 */
@NullMarked
package dev.kafkaevents.testkit.junit;

import org.jspecify.annotations.NullMarked;
