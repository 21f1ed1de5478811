package dev.kafkaevents.core;

import dev.kafkaevents.EventsException;
import java.util.Map;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/** Makes serializers and deserializers of classes that are known by name. Immutable. */
final class SerializerClasses {
  private final Map<String, Object> configuration;
  private final ClassLoader loader;

  SerializerClasses(Map<String, Object> configuration) {
    this.configuration = configuration;
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    this.loader = context != null ? context : SerializerClasses.class.getClassLoader();
  }

  Serializer<?> serializer(String name) {
    Serializer<?> serializer = made(name, Serializer.class);
    try {
      serializer.configure(configuration, false);
      return serializer;
    } catch (RuntimeException e) {
      serializer.close();
      throw refused(name, e);
    }
  }

  Deserializer<?> deserializer(String name) {
    Deserializer<?> deserializer = made(name, Deserializer.class);
    try {
      deserializer.configure(configuration, false);
      return deserializer;
    } catch (RuntimeException e) {
      deserializer.close();
      throw refused(name, e);
    }
  }

  private <S> S made(String name, Class<S> kind) {
    try {
      Class<?> found = Class.forName(name, true, loader);
      if (!kind.isAssignableFrom(found)) {
        throw new EventsException("%s is no %s".formatted(name, kind.getName()));
      }
      return kind.cast(found.getConstructor().newInstance());
    } catch (ClassNotFoundException e) {
      throw new EventsException(
          "there is no class %s; add the library that has it".formatted(name), e);
    } catch (ReflectiveOperationException | LinkageError e) {
      throw new EventsException(
          "%s can't be made; it needs a public constructor without parameters".formatted(name), e);
    }
  }

  /** Without the cause: its message may tell a value, which may be a secret. */
  private EventsException refused(String name, RuntimeException e) {
    return new EventsException(
        "%s refuses its configuration %s: %s"
            .formatted(name, configuration.keySet().stream().sorted().toList(), masked(reason(e))));
  }

  private static @Nullable String reason(RuntimeException e) {
    return e.getMessage() == null ? e.getClass().getName() : e.getMessage();
  }

  private @Nullable String masked(@Nullable String text) {
    String masked = text;
    for (Object value : configuration.values()) {
      String shown = value.toString();
      if (masked != null && shown.length() > 1) {
        masked = masked.replace(shown, "…");
      }
    }
    return masked;
  }
}
