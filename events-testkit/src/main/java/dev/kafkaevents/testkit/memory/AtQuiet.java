package dev.kafkaevents.testkit.memory;

import java.util.function.BooleanSupplier;

/** Somebody waits until nobody has anything left to do at a moment when it is {@link #so}. */
final class AtQuiet {
  final BooleanSupplier so;
  volatile boolean reached;

  AtQuiet(BooleanSupplier so) {
    this.so = so;
  }
}
