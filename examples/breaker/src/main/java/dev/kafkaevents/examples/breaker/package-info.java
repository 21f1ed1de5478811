/** Keeps events waiting, in order, while something that their handler needs is down. */
@NullMarked
package dev.kafkaevents.examples.breaker;

import org.jspecify.annotations.NullMarked;
