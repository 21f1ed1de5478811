/** Measures side by side what settings do for throughput and for latency. */
@NullMarked
package dev.kafkaevents.examples.tuning;

import org.jspecify.annotations.NullMarked;
