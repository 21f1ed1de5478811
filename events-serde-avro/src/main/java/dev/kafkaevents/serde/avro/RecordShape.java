package dev.kafkaevents.serde.avro;

import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.reflect.AvroName;
import org.jspecify.annotations.Nullable;

/** What a Java record is made of: its components by name, and its constructor. Immutable. */
final class RecordShape {
  private static final ClassValue<RecordShape> SHAPES =
      new ClassValue<>() {
        @Override
        protected RecordShape computeValue(Class<?> type) {
          return new RecordShape(type);
        }
      };

  private final Class<?> type;
  private final Constructor<?> constructor;
  private final Class<?>[] types;
  private final Method[] accessors;
  private final Map<String, Integer> indexes = new HashMap<>();

  private RecordShape(Class<?> type) {
    this.type = type;
    RecordComponent[] components = type.getRecordComponents();
    this.types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    this.accessors =
        Arrays.stream(components).map(RecordComponent::getAccessor).toArray(Method[]::new);
    try {
      this.constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      for (int i = 0; i < components.length; i++) {
        accessors[i].setAccessible(true);
        String name = components[i].getName();
        AvroName chosen = type.getDeclaredField(name).getAnnotation(AvroName.class);
        indexes.put(chosen == null ? name : chosen.value(), i);
      }
    } catch (ReflectiveOperationException e) {
      throw new AvroRuntimeException("record " + type.getName() + " has no such member", e);
    }
  }

  /** The shape of a class that is a record. */
  static RecordShape of(Class<?> type) {
    return SHAPES.get(type);
  }

  /** The components as they are when nothing was read: null, zero or false. */
  @Nullable Object[] blank() {
    @Nullable Object[] values = new @Nullable Object[types.length];
    for (int i = 0; i < types.length; i++) {
      values[i] = types[i].isPrimitive() ? Array.get(Array.newInstance(types[i], 1), 0) : null;
    }
    return values;
  }

  /** Where the component called {@code name} is; -1 if there is none. */
  int index(String name) {
    return indexes.getOrDefault(name, -1);
  }

  Class<?> type(int index) {
    return types[index];
  }

  @Nullable Object get(Object record, String name) {
    int index = index(name);
    if (index < 0) {
      throw new AvroRuntimeException("record " + type.getName() + " has no component " + name);
    }
    try {
      return accessors[index].invoke(record);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new AvroRuntimeException("component " + name + " can't be read", e);
    }
  }

  Object construct(@Nullable Object[] values) {
    try {
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      throw new AvroRuntimeException("the constructor of a record refuses it", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new AvroRuntimeException("record " + type.getName() + " can't be made", e);
    }
  }
}
