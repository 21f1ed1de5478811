package dev.kafkaevents.spi;

import java.util.Comparator;
import java.util.ServiceLoader;

/**
 * What a module brings, as one line of the assembly. It does nothing that can't be written by hand.
 */
@FunctionalInterface
public interface EventsPlugin {
  /** Adds its parts to {@code builder}, at this place of the order. */
  void install(EventsBuilder builder);

  /**
   * All plugins that {@link ServiceLoader} finds, in the order of their class names. Explicit
   * assembly is better where the order matters.
   */
  static EventsPlugin discovered() {
    return builder ->
        ServiceLoader.load(EventsPlugin.class).stream()
            .sorted(Comparator.comparing(provider -> provider.type().getName()))
            .forEach(provider -> builder.install(provider.get()));
  }
}
