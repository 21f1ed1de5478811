package dev.kafkaevents.contracts;

import java.util.Locale;

/** How a delivery may end; in {@code contract.yaml} in lower case. */
enum Ending {
  HANDLED,
  DEAD_LETTERED,
  SKIPPED,
  /** The subscription stopped there, with nothing of it committed. */
  STOPPED;

  String written() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
