/**
 * A Kafka in memory, at the level of Kafka's own client interfaces: {@link
 * dev.kafkaevents.testkit.memory.InMemoryKafka}.
 *
 * <p>All state lies in one broker under one lock. Producers, consumers and administrators
 * translate: the broker decides, as a real one would, and a client adds what Kafka's client adds
 * before and after. What Kafka publishes as code is used and not imitated: configurations,
 * partition hashing, assignors, results.
 */
@NullMarked
package dev.kafkaevents.testkit.memory;

import org.jspecify.annotations.NullMarked;
