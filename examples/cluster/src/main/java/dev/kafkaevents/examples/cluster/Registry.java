package dev.kafkaevents.examples.cluster;

import dev.kafkaevents.testkit.registry.TestRegistry;
import org.jspecify.annotations.Nullable;

/**
 * The schema registry of a demonstration: the one that {@code SCHEMA_REGISTRY_URL} names, or one in
 * this process, which ends with it.
 */
public record Registry(String url, @Nullable TestRegistry server) implements AutoCloseable {
  /** Starts one if none is named. */
  public static Registry connect() {
    String url = System.getenv("SCHEMA_REGISTRY_URL");
    if (url != null && !url.isBlank()) {
      return new Registry(url, null);
    }
    TestRegistry server = TestRegistry.start();
    return new Registry(server.url(), server);
  }

  @Override
  public void close() {
    if (server != null) {
      server.close();
    }
  }

  @Override
  public String toString() {
    return url + (server == null ? ", from SCHEMA_REGISTRY_URL" : ", in this process");
  }
}
