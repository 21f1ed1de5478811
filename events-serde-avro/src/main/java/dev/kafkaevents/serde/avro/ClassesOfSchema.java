package dev.kafkaevents.serde.avro;

import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.jspecify.annotations.Nullable;

/**
 * The classes that the names in the schema of one event class stand for, and no others. A schema
 * that came over the wire can name what it likes: what is not here does not exist. Immutable.
 */
final class ClassesOfSchema {
  private final Map<String, Class<?>> classes = new HashMap<>();
  private final Map<String, Schema> seen = new HashMap<>();
  private final @Nullable ClassLoader loader;

  private ClassesOfSchema(@Nullable ClassLoader loader) {
    this.loader = loader;
  }

  /** Of {@code schema}, which is the one of {@code root}; the class loader is that of the class. */
  static ClassesOfSchema of(Schema schema, Class<?> root) {
    ClassesOfSchema classes = new ClassesOfSchema(root.getClassLoader());
    if (isNamed(schema)) {
      classes.classes.put(schema.getFullName(), root);
    }
    classes.walk(schema);
    return classes;
  }

  /** The class called {@code name} in the schema; null if it has none. */
  @Nullable Class<?> get(String name) {
    return classes.get(name);
  }

  private void walk(Schema schema) {
    property(schema, SpecificData.CLASS_PROP);
    property(schema, SpecificData.KEY_CLASS_PROP);
    property(schema, SpecificData.ELEMENT_PROP);
    if (isNamed(schema)) {
      if (seen.putIfAbsent(schema.getFullName(), schema) != null) {
        return;
      }
      classes.computeIfAbsent(schema.getFullName(), name -> find(schema));
    }
    switch (schema.getType()) {
      case RECORD -> schema.getFields().forEach(field -> walk(field.schema()));
      case UNION -> schema.getTypes().forEach(this::walk);
      case ARRAY -> walk(schema.getElementType());
      case MAP -> walk(schema.getValueType());
      default -> {}
    }
  }

  private void property(Schema schema, String property) {
    String name = schema.getProp(property);
    if (name != null) {
      classes.computeIfAbsent(name, this::load);
    }
  }

  /** The end of a namespace may be an enclosing class. */
  private @Nullable Class<?> find(Schema schema) {
    Class<?> found = load(SpecificData.getClassName(schema));
    StringBuilder name = new StringBuilder(schema.getFullName());
    for (int dot = name.lastIndexOf("."); found == null && dot >= 0; dot = name.lastIndexOf(".")) {
      name.setCharAt(dot, '$');
      found = load(name.toString());
    }
    return found;
  }

  private @Nullable Class<?> load(String name) {
    try {
      return Class.forName(name, false, loader);
    } catch (ClassNotFoundException | LinkageError e) {
      return null; // there is none; it is read as generic data, or refused
    }
  }

  private static boolean isNamed(Schema schema) {
    return switch (schema.getType()) {
      case RECORD, ENUM, FIXED -> true;
      default -> false;
    };
  }
}
