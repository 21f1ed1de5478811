/**
 * What an application writes with: declare a {@link dev.kafkaevents.Topic}, publish to it and
 * subscribe to it through {@link dev.kafkaevents.Events}. Nothing here knows Kafka's client
 * classes.
 */
@NullMarked
package dev.kafkaevents;

import org.jspecify.annotations.NullMarked;
