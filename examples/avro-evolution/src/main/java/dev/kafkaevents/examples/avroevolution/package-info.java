/** An event class that changes while its older version is still in use, with a schema registry. */
@NullMarked
package dev.kafkaevents.examples.avroevolution;

import org.jspecify.annotations.NullMarked;
