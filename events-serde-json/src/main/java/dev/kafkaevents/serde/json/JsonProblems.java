package dev.kafkaevents.serde.json;

import dev.kafkaevents.SerdeException;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.exc.StreamWriteException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.exc.InvalidDefinitionException;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.InvalidNullException;
import tools.jackson.databind.exc.InvalidTypeIdException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.PropertyBindingException;
import tools.jackson.databind.exc.ValueInstantiationException;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.ClassIntrospector;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tells what went wrong with JSON without a word of the payload. Jackson's messages quote values
 * and its paths have the keys of maps, so nothing is taken from them but what kind of problem it
 * is. Immutable.
 */
final class JsonProblems {
  /** Recursive types can make a path as long as the nesting is deep. */
  private static final int MAX_PATH = 20;

  private final JsonMapper mapper;

  JsonProblems(JsonMapper mapper) {
    this.mapper = mapper;
  }

  SerdeException reading(Class<?> type, RuntimeException problem) {
    return reading(type, kind(problem) + path(problem, false) + place(problem));
  }

  SerdeException reading(Class<?> type, String problem) {
    return new SerdeException("can't read " + type.getName() + " from JSON: " + problem);
  }

  SerdeException writing(Class<?> type, RuntimeException problem) {
    return writing(type, kind(problem) + path(problem, true));
  }

  SerdeException writing(Class<?> type, String problem) {
    return new SerdeException("can't write " + type.getName() + " as JSON: " + problem);
  }

  private String kind(RuntimeException problem) {
    if (problem instanceof StreamConstraintsException e) {
      return limit(e);
    }
    if (problem instanceof UnexpectedEndOfInputException) {
      return "it ends in the middle";
    }
    if (problem instanceof InputCoercionException e) {
      return "a number that " + name(e.getTargetType()) + " can't hold";
    }
    if (problem instanceof StreamReadException e) {
      return e.getOriginalMessage().startsWith("Duplicate")
          ? "a property occurs twice"
          : "it is malformed";
    }
    if (problem instanceof StreamWriteException) {
      return "a value that JSON can't hold";
    }
    if (problem instanceof InvalidDefinitionException e) {
      return undefined(e.getType());
    }
    if (problem instanceof ValueInstantiationException e) {
      return name(e.getType()) + " refuses its values" + because(e);
    }
    if (problem instanceof MismatchedInputException e) {
      return mismatch(e);
    }
    return "failed" + because(problem);
  }

  /**
   * The text that is looked for is Jackson's own; at worst a value that has it too gets the wrong
   * explanation.
   */
  private static String mismatch(MismatchedInputException problem) {
    String message = problem.getOriginalMessage();
    String type = name(problem.getTargetType());
    if (problem instanceof InvalidTypeIdException e) {
      return "no known type id for " + name(e.getBaseType());
    }
    if (problem instanceof PropertyBindingException e) {
      return "a property that " + name(e.getReferringClass()) + " does not have";
    }
    if (problem instanceof InvalidNullException
        || message.contains("FAIL_ON_NULL_FOR_PRIMITIVES")) {
      return "null instead of a value of " + type;
    }
    if (problem instanceof InvalidFormatException) {
      return "no value of " + type;
    }
    if (message.startsWith("No content")) {
      return "it is empty";
    }
    if (message.startsWith("Missing")) {
      return "a required property is missing";
    }
    if (message.startsWith("Trailing token")) {
      return "something follows the value";
    }
    return "not the kind of JSON that " + type + " is read from";
  }

  private static String undefined(@Nullable JavaType type) {
    return type != null && Modifier.isAbstract(type.getRawClass().getModifiers())
        ? name(type)
            + " is abstract, and nothing says which class to make; as the payload of a topic, seal"
            + " it, and inside of a payload annotate it with @JsonTypeInfo(use = Id.NAME)"
        : "Jackson has no way to make or to write " + name(type);
  }

  private String limit(StreamConstraintsException problem) {
    String message = problem.getOriginalMessage();
    StreamReadConstraints read = mapper.tokenStreamFactory().streamReadConstraints();
    StreamWriteConstraints write = mapper.tokenStreamFactory().streamWriteConstraints();
    Map<String, String> limits =
        Map.of(
            "StreamReadConstraints.getMaxNestingDepth",
            "it is nested deeper than " + read.getMaxNestingDepth() + " levels",
            "StreamWriteConstraints.getMaxNestingDepth",
            "it is nested deeper than " + write.getMaxNestingDepth() + " levels, or in itself",
            "StreamReadConstraints.getMaxStringLength",
            "a text is longer than " + read.getMaxStringLength() + " characters",
            "StreamReadConstraints.getMaxNumberLength",
            "a number is longer than " + read.getMaxNumberLength() + " characters",
            "StreamReadConstraints.getMaxNameLength",
            "a name is longer than " + read.getMaxNameLength() + " characters");
    return limits.entrySet().stream()
            .filter(limit -> message.contains(limit.getKey()))
            .map(Map.Entry::getValue)
            .findFirst()
            .orElse("a limit is exceeded")
        + "; JsonSerde.factory(JsonMapper) takes a mapper with other limits";
  }

  /**
   * The class of what a constructor, a getter or a custom serializer threw; its message may quote
   * anything.
   */
  private static String because(Throwable problem) {
    Throwable cause = problem instanceof JacksonException ? problem.getCause() : problem;
    return cause == null ? "" : " with " + cause.getClass().getName();
  }

  private static String name(@Nullable Class<?> type) {
    return type == null ? "its type" : type.getTypeName();
  }

  private static String name(@Nullable JavaType type) {
    return name(type == null ? null : type.getRawClass());
  }

  /** Such as {@code , in items[2].price}: what is not a property of a class is a {@code *}. */
  private String path(RuntimeException problem, boolean written) {
    if (!(problem instanceof JacksonException e) || e.getPath().isEmpty()) {
      return "";
    }
    StringBuilder path = new StringBuilder();
    List<JacksonException.Reference> references = e.getPath();
    for (JacksonException.Reference reference :
        references.subList(0, Math.min(references.size(), MAX_PATH))) {
      if (reference.getIndex() >= 0) {
        path.append('[').append(reference.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".")
            .append(isProperty(reference, written) ? reference.getPropertyName() : "*");
      }
    }
    return ", in " + path + (references.size() > MAX_PATH ? "…" : "");
  }

  /** Jackson knows it for all but an exceeded limit. */
  private static String place(RuntimeException problem) {
    TokenStreamLocation location = problem instanceof JacksonException e ? e.getLocation() : null;
    if (location == null || location.getColumnNr() < 1) {
      return "";
    }
    return ", at line %d column %d".formatted(location.getLineNr(), location.getColumnNr())
        + (location.getByteOffset() < 0 ? "" : " (byte %d)".formatted(location.getByteOffset()));
  }

  private boolean isProperty(JacksonException.Reference reference, boolean written) {
    Object from = reference.from();
    if (from == null || from instanceof Map) {
      return false;
    }
    try {
      return description(from instanceof Class<?> type ? type : from.getClass(), written)
          .findProperties()
          .stream()
          .anyMatch(property -> property.getName().equals(reference.getPropertyName()));
    } catch (JacksonException undescribable) {
      return false;
    }
  }

  private BeanDescription description(Class<?> type, boolean written) {
    JavaType javaType = mapper.constructType(type);
    ClassIntrospector introspector =
        written
            ? mapper.serializationConfig().classIntrospectorInstance()
            : mapper.deserializationConfig().classIntrospectorInstance();
    AnnotatedClass annotations = introspector.introspectClassAnnotations(javaType);
    return written
        ? introspector.introspectForSerialization(javaType, annotations)
        : introspector.introspectForDeserialization(javaType, annotations);
  }
}
