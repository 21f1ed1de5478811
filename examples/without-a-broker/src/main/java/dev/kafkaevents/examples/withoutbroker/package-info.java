/** A small service, tested without a broker and without waiting. */
@NullMarked
package dev.kafkaevents.examples.withoutbroker;

import org.jspecify.annotations.NullMarked;
