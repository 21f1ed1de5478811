/**
 * What a module implements: serdes, interceptors on both sides, and the plugins that bring them.
 */
@NullMarked
package dev.kafkaevents.spi;

import org.jspecify.annotations.NullMarked;
