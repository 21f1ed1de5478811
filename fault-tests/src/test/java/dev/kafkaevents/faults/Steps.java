package dev.kafkaevents.faults;

import java.util.HashMap;
import java.util.Map;

/** Numbers the steps of each key. For one thread, which publishes. */
final class Steps {
  private final Map<String, Integer> next = new HashMap<>();

  Step next(String key) {
    return new Step(key, next.merge(key, 1, Integer::sum) - 1);
  }
}
