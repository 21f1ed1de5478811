/** Events as Avro in Confluent's wire format, with a schema registry. Nothing is here yet. */
@NullMarked
package dev.kafkaevents.serde.avro;

import org.jspecify.annotations.NullMarked;
