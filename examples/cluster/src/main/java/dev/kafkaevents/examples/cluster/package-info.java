/** The Kafka that an example runs on. */
@NullMarked
package dev.kafkaevents.examples.cluster;

import org.jspecify.annotations.NullMarked;
