/**
 * Publishes the orders of a system that speaks another language: a domain of its own, a translator
 * at each of its borders, and a use case that knows what became of every order when it ends.
 */
@NullMarked
package dev.kafkaevents.examples.orders;

import org.jspecify.annotations.NullMarked;
