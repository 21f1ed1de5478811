/** Publishes each kind of event to the topic that carries it. */
@NullMarked
package dev.kafkaevents.examples.routing;

import org.jspecify.annotations.NullMarked;
