/** Makes events of a map that a host has read, and shows what is said of one that is wrong. */
@NullMarked
package dev.kafkaevents.examples.settings;

import org.jspecify.annotations.NullMarked;
