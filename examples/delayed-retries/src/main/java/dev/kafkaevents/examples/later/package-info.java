/** Tries again much later what fails now, while all else goes on. */
@NullMarked
package dev.kafkaevents.examples.later;

import org.jspecify.annotations.NullMarked;
