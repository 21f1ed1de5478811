/** Publishes far more events than fit into memory, and knows of each that was not published. */
@NullMarked
package dev.kafkaevents.examples.batch;

import org.jspecify.annotations.NullMarked;
