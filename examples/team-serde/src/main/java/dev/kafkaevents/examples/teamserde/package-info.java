/**
 * A serde of a team's own: a compact binary format, held to the suite that every serde has to pass.
 */
@NullMarked
package dev.kafkaevents.examples.teamserde;

import org.jspecify.annotations.NullMarked;
