/**
 * What tests need: a real Kafka broker in a process of its own, {@link
 * dev.kafkaevents.testkit.KafkaBroker}.
 */
@NullMarked
package dev.kafkaevents.testkit;

import org.jspecify.annotations.NullMarked;
