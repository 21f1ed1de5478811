/** Sees from outside how a publisher is, while its broker goes away and comes back. */
@NullMarked
package dev.kafkaevents.examples.monitored;

import org.jspecify.annotations.NullMarked;
