package dev.kafkaevents.examples.teamserde;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A thermometer has measured. Notes came with the second version. */
record Reading(String sensor, Instant at, double celsius, @Nullable String note) {}
