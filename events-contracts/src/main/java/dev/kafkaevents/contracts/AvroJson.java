package dev.kafkaevents.contracts;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.util.Utf8;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Avro data as the JSON a person would write, and back: a decimal is a number, a date or a time its
 * ISO text, a union the value itself. Bytes are text of ISO 8859-1, as in Avro's own JSON.
 */
final class AvroJson {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private AvroJson() {}

  /** A value that does not fit a schema. */
  static final class Misfit extends RuntimeException {
    private static final long serialVersionUID = 1L;

    final transient Problem problem;

    Misfit(String path, Schema schema, String text) {
      super(text);
      problem = new Problem(path, schema.getType().getName(), text);
    }
  }

  /** Avro's generic data for {@code value}. */
  static @Nullable Object toAvro(JsonNode value, Schema schema, String path) {
    return switch (schema.getType()) {
      case RECORD -> toRecord(value, schema, path);
      case MAP -> {
        require(value.isObject(), value, schema, path);
        Map<String, Object> map = new LinkedHashMap<>();
        value
            .properties()
            .forEach(
                each ->
                    map.put(
                        each.getKey(),
                        toAvro(
                            each.getValue(), schema.getValueType(), child(path, each.getKey()))));
        yield map;
      }
      case ARRAY -> {
        require(value.isArray(), value, schema, path);
        List<@Nullable Object> list = new ArrayList<>();
        for (int i = 0; i < value.size(); i++) {
          list.add(toAvro(value.get(i), schema.getElementType(), path + "/" + i));
        }
        yield list;
      }
      case UNION -> toUnion(value, schema, path);
      case ENUM -> {
        require(value.isString() && schema.hasEnumSymbol(value.stringValue()), value, schema, path);
        yield new GenericData.EnumSymbol(schema, value.stringValue());
      }
      default -> toScalar(value, schema, path);
    };
  }

  private static Object toRecord(JsonNode value, Schema schema, String path) {
    require(value.isObject(), value, schema, path);
    for (String name : value.propertyNames()) {
      if (schema.getField(name) == null) {
        throw new Misfit(child(path, name), schema, "is no field of " + schema.getFullName());
      }
    }
    GenericData.Record record = new GenericData.Record(schema);
    for (Schema.Field field : schema.getFields()) {
      JsonNode given = value.get(field.name());
      if (given != null) {
        record.put(field.pos(), toAvro(given, field.schema(), child(path, field.name())));
      } else if (field.hasDefaultValue()) {
        record.put(field.pos(), GenericData.get().getDefaultValue(field));
      } else {
        throw new Misfit(child(path, field.name()), schema, "is missing, and has no default");
      }
    }
    return record;
  }

  private static @Nullable Object toUnion(JsonNode value, Schema union, String path) {
    List<Problem> problems = new ArrayList<>();
    for (Schema branch : union.getTypes()) {
      try {
        return toAvro(value, branch, path);
      } catch (Misfit e) {
        problems.add(e.problem);
      }
    }
    // The branch that went deepest is the one that was meant.
    Problem deepest = problems.get(0);
    for (Problem each : problems) {
      deepest = each.path().length() > deepest.path().length() ? each : deepest;
    }
    throw deepest.path().length() > path.length()
        ? new Misfit(deepest.path(), union, deepest.text())
        : misfit(value, union, path);
  }

  private static @Nullable Object toScalar(JsonNode value, Schema schema, String path) {
    String logical = logical(schema);
    try {
      if (schema.getLogicalType() instanceof LogicalTypes.Decimal decimal) {
        return toDecimal(value, schema, decimal, path);
      }
      if (value.isString()
          && (schema.getType() == Schema.Type.INT || schema.getType() == Schema.Type.LONG)
          && !logical.isEmpty()) {
        return toTime(value.stringValue(), logical, schema, path);
      }
      return switch (schema.getType()) {
        case STRING -> {
          require(value.isString(), value, schema, path);
          if (logical.equals("uuid")) {
            require(ValueFormat.UUID.accepts(value.stringValue()), value, schema, path);
          }
          yield new Utf8(value.stringValue());
        }
        case BYTES -> {
          require(value.isString(), value, schema, path);
          yield ByteBuffer.wrap(value.stringValue().getBytes(ISO_8859_1));
        }
        case FIXED -> {
          require(
              value.isString() && value.stringValue().length() == schema.getFixedSize(),
              value,
              schema,
              path);
          yield new GenericData.Fixed(schema, value.stringValue().getBytes(ISO_8859_1));
        }
        case INT -> number(value, schema, path).intValueExact();
        case LONG -> number(value, schema, path).longValueExact();
        case FLOAT -> number(value, schema, path).floatValue();
        case DOUBLE -> number(value, schema, path).doubleValue();
        case BOOLEAN -> {
          require(value.isBoolean(), value, schema, path);
          yield value.booleanValue();
        }
        case NULL -> {
          require(value.isNull(), value, schema, path);
          yield null;
        }
        default -> throw misfit(value, schema, path);
      };
    } catch (ArithmeticException | DateTimeException e) {
      throw misfit(value, schema, path);
    }
  }

  private static BigDecimal number(JsonNode value, Schema schema, String path) {
    require(value.isNumber(), value, schema, path);
    return value.decimalValue();
  }

  private static Object toDecimal(
      JsonNode value, Schema schema, LogicalTypes.Decimal decimal, String path) {
    BigDecimal number = number(value, schema, path).setScale(decimal.getScale());
    require(number.precision() <= decimal.getPrecision(), value, schema, path);
    byte[] bytes = number.unscaledValue().toByteArray();
    if (schema.getType() == Schema.Type.BYTES) {
      return ByteBuffer.wrap(bytes);
    }
    require(bytes.length <= schema.getFixedSize(), value, schema, path);
    byte[] fixed = new byte[schema.getFixedSize()];
    Arrays.fill(fixed, (byte) (number.signum() < 0 ? -1 : 0));
    System.arraycopy(bytes, 0, fixed, fixed.length - bytes.length, bytes.length);
    return new GenericData.Fixed(schema, fixed);
  }

  private static Object toTime(String text, String logical, Schema schema, String path) {
    return switch (logical) {
      case "date" -> Math.toIntExact(LocalDate.parse(text).toEpochDay());
      case "time-millis" -> Math.toIntExact(LocalTime.parse(text).toNanoOfDay() / 1_000_000);
      case "time-micros" -> LocalTime.parse(text).toNanoOfDay() / 1_000;
      default -> {
        if (!logical.contains("timestamp-")) {
          throw new Misfit(path, schema, "is a text, must be a number");
        }
        Instant time =
            logical.startsWith("local-")
                ? LocalDateTime.parse(text).toInstant(ZoneOffset.UTC)
                : Instant.parse(text);
        yield unit(logical).between(Instant.EPOCH, time);
      }
    };
  }

  private static ChronoUnit unit(String logical) {
    return logical.endsWith("-millis")
        ? ChronoUnit.MILLIS
        : logical.endsWith("-micros") ? ChronoUnit.MICROS : ChronoUnit.NANOS;
  }

  /** The name of a logical type that Avro knows to be valid there; empty if there is none. */
  static String logical(Schema schema) {
    return schema.getLogicalType() == null ? "" : schema.getLogicalType().getName();
  }

  /** JSON for generic data, logical values as a reader understands them. */
  static JsonNode toJson(@Nullable Object datum, Schema schema) {
    if (datum == null) {
      return NODES.nullNode();
    }
    return switch (schema.getType()) {
      case RECORD -> {
        ObjectNode object = NODES.objectNode();
        for (Schema.Field field : schema.getFields()) {
          object.set(
              field.name(), toJson(((IndexedRecord) datum).get(field.pos()), field.schema()));
        }
        yield object;
      }
      case MAP -> {
        ObjectNode object = NODES.objectNode();
        ((Map<?, ?>) datum)
            .forEach(
                (key, each) -> object.set(key.toString(), toJson(each, schema.getValueType())));
        yield object;
      }
      case ARRAY -> {
        ArrayNode array = NODES.arrayNode();
        ((Collection<?>) datum).forEach(each -> array.add(toJson(each, schema.getElementType())));
        yield array;
      }
      case UNION ->
          toJson(datum, schema.getTypes().get(GenericData.get().resolveUnion(schema, datum)));
      default -> toJsonScalar(datum, schema);
    };
  }

  private static JsonNode toJsonScalar(Object datum, Schema schema) {
    if (schema.getLogicalType() instanceof LogicalTypes.Decimal decimal) {
      return NODES.numberNode(new BigDecimal(new BigInteger(bytes(datum)), decimal.getScale()));
    }
    String logical = logical(schema);
    return switch (schema.getType()) {
      case INT, LONG ->
          logical.isEmpty()
              ? NODES.numberNode(((Number) datum).longValue())
              : NODES.stringNode(time(((Number) datum).longValue(), logical));
      case FLOAT, DOUBLE -> floating(((Number) datum).doubleValue(), datum.toString());
      case BOOLEAN -> NODES.booleanNode((Boolean) datum);
      case BYTES, FIXED -> NODES.stringNode(new String(bytes(datum), ISO_8859_1));
      default -> NODES.stringNode(datum.toString());
    };
  }

  private static JsonNode floating(double value, String text) {
    return Double.isFinite(value)
        ? NODES.numberNode(new BigDecimal(value))
        : NODES.stringNode(text);
  }

  private static String time(long value, String logical) {
    return switch (logical) {
      case "date" -> LocalDate.ofEpochDay(value).toString();
      case "time-millis" -> clock(value * 1_000_000);
      case "time-micros" -> clock(value * 1_000);
      default -> {
        if (!logical.contains("timestamp-")) {
          yield Long.toString(value);
        }
        Instant time = Instant.EPOCH.plus(value, unit(logical));
        yield logical.startsWith("local-")
            ? LocalDateTime.ofInstant(time, ZoneOffset.UTC).toString()
            : time.toString();
      }
    };
  }

  private static String clock(long nanos) {
    return nanos < 0 || nanos >= LocalTime.MAX.toNanoOfDay()
        ? nanos + " ns of the day"
        : LocalTime.ofNanoOfDay(nanos).toString();
  }

  private static byte[] bytes(Object datum) {
    if (datum instanceof GenericFixed fixed) {
      return fixed.bytes();
    }
    ByteBuffer buffer = ((ByteBuffer) datum).duplicate();
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private static void require(boolean fits, JsonNode value, Schema schema, String path) {
    if (!fits) {
      throw misfit(value, schema, path);
    }
  }

  private static Misfit misfit(JsonNode value, Schema schema, String path) {
    return new Misfit(
        path,
        schema,
        "is a JSON %s that does not fit %s"
            .formatted(value.getNodeType().name().toLowerCase(Locale.ROOT), schema));
  }

  static String child(String path, String name) {
    return path + "/" + SchemaKeywords.escaped(name);
  }
}
