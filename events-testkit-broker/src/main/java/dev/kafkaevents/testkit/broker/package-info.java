/**
 * A whole Kafka broker for tests, carried and never linked: its jars are files inside of this one,
 * and run in a process of their own, so that they can't clash with an application's class path.
 * {@code KafkaBroker} of {@code events-testkit} starts it.
 */
@NullMarked
package dev.kafkaevents.testkit.broker;

import org.jspecify.annotations.NullMarked;
