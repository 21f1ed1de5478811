/** Confluent's Avro serializer plugged in, beside a service that has ours. */
@NullMarked
package dev.kafkaevents.examples.confluentserializer;

import org.jspecify.annotations.NullMarked;
