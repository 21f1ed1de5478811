/** Events as JSON: {@link dev.kafkaevents.serde.json.JsonSerde}, on Jackson 3. */
@NullMarked
package dev.kafkaevents.serde.json;

import org.jspecify.annotations.NullMarked;
