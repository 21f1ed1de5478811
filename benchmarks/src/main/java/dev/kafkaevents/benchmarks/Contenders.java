package dev.kafkaevents.benchmarks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Contenders by name, in their order. */
final class Contenders<C> {
  private final Map<String, C> byName = new LinkedHashMap<>();

  Contenders<C> with(String name, C contender) {
    byName.put(name, contender);
    return this;
  }

  List<String> names() {
    return List.copyOf(byName.keySet());
  }

  C get(String name) {
    C contender = byName.get(name);
    if (contender == null) {
      throw new IllegalArgumentException("no contender " + name + "; there are " + names());
    }
    return contender;
  }
}
