/**
 * Tells a topic how workflows and their tasks end, in the plain JSON that services in other
 * languages write and read there, and never stands in the way of a task.
 */
@NullMarked
package dev.kafkaevents.examples.workflow;

import org.jspecify.annotations.NullMarked;
