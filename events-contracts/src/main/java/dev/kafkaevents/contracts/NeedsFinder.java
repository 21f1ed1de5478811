package dev.kafkaevents.contracts;

import dev.kafkaevents.testkit.memory.InMemoryKafka;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Finds the fields that a consumer can't do without: of each sample it leaves out one field at a
 * time, or makes it null, and sees whether the sample is still handled. A field of the elements of
 * an array is left out of all of them.
 */
final class NeedsFinder {
  private final Contract contract;
  private final String consumer;
  private final ConsumerCheck check;
  private final SchemaIds ids;

  NeedsFinder(Contract contract, String consumer, ConsumerCheck check, SchemaIds ids) {
    this.contract = contract;
    this.consumer = Needs.requireLegalName(consumer);
    this.check = check;
    this.ids = ids;
  }

  Needs find() {
    SortedMap<String, Set<Loss>> needed = new TreeMap<>();
    for (Sample sample : contract.samples()) {
      PayloadSchema schema = contract.schema(sample.version());
      byte[] whole = schema.encode(sample.value(), contract.subject(), ids);
      if (!isHandled(sample, whole)) {
        throw new AssertionError(
            "sample "
                + sample.name()
                + " is not handled as it is, so nothing can be said about its fields");
      }
      for (Loss loss : Loss.values()) {
        for (String field : fields(sample.value())) {
          byte[] without = without(sample, schema, field, loss);
          if (without != null && !isHandled(sample, without)) {
            needed.computeIfAbsent(field, f -> EnumSet.noneOf(Loss.class)).add(loss);
          }
        }
      }
    }
    return new Needs(consumer, contract.event(), needed);
  }

  private boolean isHandled(Sample sample, byte[] value) {
    try (InMemoryKafka kafka = InMemoryKafka.withVirtualTime(1)) {
      Case changed = Case.changed(contract, sample.name(), sample.value(), value);
      return check.handles(changed, Stage.of(kafka));
    }
  }

  private static Set<String> fields(JsonNode value) {
    Set<String> fields = new LinkedHashSet<>();
    collect(value, "", fields);
    return fields;
  }

  private static void collect(JsonNode value, String path, Set<String> fields) {
    value
        .properties()
        .forEach(
            each -> {
              String field = AvroJson.child(path, each.getKey());
              fields.add(field);
              collect(each.getValue(), field, fields);
            });
    if (value.isArray()) {
      value.forEach(each -> collect(each, path + "/*", fields));
    }
  }

  /** Null if such a value can't be written. */
  private byte @Nullable [] without(Sample sample, PayloadSchema schema, String field, Loss loss) {
    JsonNode changed = sample.value().deepCopy();
    lose(changed, path(field), loss);
    if (schema instanceof AvroPayload avro) {
      if (loss == Loss.NULL) {
        return avro.problems(changed).isEmpty()
            ? avro.encode(changed, contract.subject(), ids)
            : null;
      }
      Schema rest = SchemaWithout.field(avro.schema, path(field));
      return rest == null
          ? null
          : new AvroPayload(rest)
              .encode(changed, contract.subject() + "-without" + field.replace('/', '.'), ids);
    }
    return schema.encode(changed, contract.subject(), ids);
  }

  static List<String> path(String field) {
    List<String> path = new ArrayList<>();
    for (String part : field.substring(1).split("/", -1)) {
      path.add(part.replace("~1", "/").replace("~0", "~"));
    }
    return path;
  }

  private static void lose(JsonNode value, List<String> path, Loss loss) {
    String first = path.get(0);
    List<String> rest = path.subList(1, path.size());
    if (value.isArray()) {
      value.forEach(each -> lose(each, rest, loss));
    } else if (!rest.isEmpty()) {
      if (value.has(first)) {
        lose(value.get(first), rest, loss);
      }
    } else if (value instanceof ObjectNode object && object.has(first)) {
      if (loss == Loss.ABSENT) {
        object.remove(first);
      } else {
        object.putNull(first);
      }
    }
  }
}
