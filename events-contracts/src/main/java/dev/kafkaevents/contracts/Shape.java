package dev.kafkaevents.contracts;

import java.util.SortedSet;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** Which fields a value has, and of what kind; the elements of an array count as one. */
record Shape(SortedSet<String> fields) {
  static Shape of(JsonNode value) {
    SortedSet<String> fields = new TreeSet<>();
    collect(value, "", fields);
    return new Shape(fields);
  }

  private static void collect(JsonNode value, String path, SortedSet<String> fields) {
    fields.add((path.isEmpty() ? "/" : path) + " " + kind(value));
    value
        .properties()
        .forEach(
            each ->
                collect(
                    each.getValue(), path + "/" + SchemaKeywords.escaped(each.getKey()), fields));
    if (value.isArray()) {
      value.forEach(each -> collect(each, path + "/*", fields));
    }
  }

  private static String kind(JsonNode value) {
    return switch (value.getNodeType()) {
      case OBJECT -> "object";
      case ARRAY -> "array";
      case NUMBER -> "number";
      case BOOLEAN -> "boolean";
      case NULL -> "null";
      default -> "text";
    };
  }

  /** How many fields are in one of the two only. */
  int distance(Shape other) {
    return without(other).size() + other.without(this).size();
  }

  SortedSet<String> without(Shape other) {
    SortedSet<String> rest = new TreeSet<>(fields);
    rest.removeAll(other.fields);
    return rest;
  }
}
