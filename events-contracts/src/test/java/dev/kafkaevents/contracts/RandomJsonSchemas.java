package dev.kafkaevents.contracts;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Small schemas with the keywords of {@link JsonImplication} in all combinations. */
final class RandomJsonSchemas {
  private RandomJsonSchemas() {}

  static String object(Random random, int depth) {
    List<String> parts = new ArrayList<>();
    parts.add("'type': 'object'");
    List<String> properties = new ArrayList<>();
    List<String> required = new ArrayList<>();
    for (String name : List.of("a", "b", "c")) {
      if (random.nextInt(3) > 0) {
        properties.add("'" + name + "': " + any(random, depth));
      }
      if (random.nextInt(3) == 0) {
        required.add("'" + name + "'");
      }
    }
    if (random.nextInt(5) > 0) {
      parts.add("'properties': {" + String.join(", ", properties) + "}");
    }
    if (random.nextInt(2) == 0) {
      parts.add("'required': [" + String.join(", ", required) + "]");
    }
    switch (random.nextInt(8)) {
      case 0 -> parts.add("'additionalProperties': " + any(random, depth - 1));
      case 1 -> parts.add("'additionalProperties': " + random.nextBoolean());
      case 2 -> parts.add("'maxProperties': " + random.nextInt(3));
      default -> {
        // Closed or open by its role.
      }
    }
    return "{" + String.join(", ", parts) + "}";
  }

  private static String any(Random random, int depth) {
    if (depth <= 0) {
      return scalar(random);
    }
    return switch (random.nextInt(9)) {
      case 0 -> object(random, depth - 1);
      case 1 -> "{'type': 'array', 'items': " + any(random, depth - 1) + "}";
      case 2 -> "{'allOf': [" + any(random, depth - 1) + ", " + any(random, depth - 1) + "]}";
      case 3 -> "{'anyOf': [" + any(random, depth - 1) + ", " + any(random, depth - 1) + "]}";
      case 4 -> "{'oneOf': [" + any(random, depth - 1) + ", " + any(random, depth - 1) + "]}";
      default -> scalar(random);
    };
  }

  private static String scalar(Random random) {
    return switch (random.nextInt(10)) {
      case 0 -> "{'type': 'string'}";
      case 1 -> "{'type': 'string', 'maxLength': " + random.nextInt(4) + "}";
      case 2 -> "{'type': 'integer'}";
      case 3 -> "{'type': 'number', 'minimum': " + random.nextInt(4) + "}";
      case 4 -> "{'type': ['integer', 'null'], 'exclusiveMaximum': " + random.nextInt(4) + "}";
      case 5 -> "{'enum': ['x', " + random.nextInt(3) + "]}";
      case 6 -> "{'const': " + random.nextInt(2) + "}";
      case 7 -> "{}";
      case 8 -> "{'type': ['string', 'boolean'], 'minLength': " + random.nextInt(3) + "}";
      default -> "{'type': 'number', 'multipleOf': " + (1 + random.nextInt(3)) + "}";
    };
  }

  /** One number, keyword or type of {@code schema} is another, if that is still a schema. */
  static String changed(String schema, Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> schema.replaceFirst("'integer'", "'number'");
      case 1 -> schema.replaceFirst(": ([0-3])}", ": 2}");
      case 2 -> schema.replaceFirst("'required': \\[[^]]*]", "'required': []");
      case 3 -> schema.replaceFirst("'b':", "'d':");
      case 4 -> schema.replace("'allOf'", "'anyOf'");
      default -> schema;
    };
  }
}
