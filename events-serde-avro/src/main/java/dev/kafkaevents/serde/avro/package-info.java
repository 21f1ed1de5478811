/**
 * Events as Avro: {@link dev.kafkaevents.serde.avro.AvroSerde}, with schemas from a registry,
 * {@link dev.kafkaevents.serde.avro.SchemaRegistry}.
 */
@NullMarked
package dev.kafkaevents.serde.avro;

import org.jspecify.annotations.NullMarked;
