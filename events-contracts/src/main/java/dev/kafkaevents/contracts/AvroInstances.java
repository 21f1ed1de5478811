package dev.kafkaevents.contracts;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.util.Utf8;
import org.jspecify.annotations.Nullable;

/**
 * Values of an Avro schema, at the edges of its types: records are varied in one field at a time.
 */
final class AvroInstances {
  private static final int DEEPEST = 5;
  private static final int MOST = 60;
  private static final long IN_2026 = 1_767_225_600_000L;

  private AvroInstances() {}

  /** The most usual value comes first. */
  static List<@Nullable Object> of(Schema schema) {
    return of(schema, 0);
  }

  private static List<@Nullable Object> of(Schema schema, int depth) {
    List<@Nullable Object> values = new ArrayList<>();
    switch (schema.getType()) {
      case RECORD -> addRecords(schema, depth, values);
      case UNION -> {
        // What is not null is more usual.
        for (Schema branch : schema.getTypes()) {
          if (branch.getType() != Schema.Type.NULL) {
            values.addAll(of(branch, depth));
          }
        }
        if (schema.isNullable()) {
          values.add(depth > DEEPEST ? 0 : values.size(), null);
        }
      }
      case ARRAY -> {
        values.add(List.of());
        for (Object each : of(schema.getElementType(), depth + 1)) {
          values.add(depth > DEEPEST ? 1 : values.size() - 1, Arrays.asList(each));
        }
      }
      case MAP -> {
        values.add(Map.of());
        for (Object each : of(schema.getValueType(), depth + 1)) {
          Map<Utf8, @Nullable Object> map = new HashMap<>();
          map.put(new Utf8("x"), each);
          values.add(depth > DEEPEST ? 1 : values.size() - 1, map);
        }
      }
      case ENUM ->
          schema
              .getEnumSymbols()
              .forEach(symbol -> values.add(new GenericData.EnumSymbol(schema, symbol)));
      default -> addScalars(schema, values);
    }
    return values.size() > MOST && depth > 0 ? values.subList(0, MOST) : values;
  }

  private static void addRecords(Schema schema, int depth, List<@Nullable Object> values) {
    if (depth > DEEPEST) {
      return;
    }
    List<List<@Nullable Object>> fields = new ArrayList<>();
    for (Schema.Field field : schema.getFields()) {
      List<@Nullable Object> its = of(field.schema(), depth + 1);
      if (its.isEmpty()) {
        return;
      }
      fields.add(its);
    }
    values.add(record(schema, fields, -1, 0));
    for (int field = 0; field < fields.size(); field++) {
      for (int i = 1; i < fields.get(field).size(); i++) {
        values.add(record(schema, fields, field, i));
      }
    }
  }

  /** The usual one, but for one field. */
  private static Object record(
      Schema schema, List<List<@Nullable Object>> fields, int varied, int by) {
    GenericData.Record record = new GenericData.Record(schema);
    for (int i = 0; i < fields.size(); i++) {
      record.put(i, fields.get(i).get(i == varied ? by : 0));
    }
    return record;
  }

  private static void addScalars(Schema schema, List<@Nullable Object> values) {
    if (schema.getLogicalType() instanceof LogicalTypes.Decimal decimal) {
      BigInteger most = BigInteger.TEN.pow(decimal.getPrecision()).subtract(BigInteger.ONE);
      for (BigInteger unscaled : List.of(BigInteger.ONE, most, most.negate(), BigInteger.ZERO)) {
        addDecimal(schema, unscaled, values);
      }
      return;
    }
    switch (schema.getType()) {
      case STRING -> {
        for (String text :
            AvroJson.logical(schema).equals("uuid")
                ? List.of(ValueFormat.UUID.example)
                : List.of("x", "", "é")) {
          values.add(new Utf8(text));
        }
      }
      case BYTES -> {
        values.add(ByteBuffer.wrap("x".getBytes(UTF_8)));
        values.add(ByteBuffer.wrap(new byte[0]));
        values.add(ByteBuffer.wrap(new byte[] {(byte) 0xff, 0}));
      }
      case FIXED -> values.add(new GenericData.Fixed(schema, new byte[schema.getFixedSize()]));
      case INT -> {
        boolean isTime = AvroJson.logical(schema).equals("time-millis");
        values.addAll(
            isTime ? List.of(1, 86_399_999) : List.of(1, 0, -1, 16_777_217, Integer.MAX_VALUE));
      }
      case LONG -> {
        String logical = AvroJson.logical(schema);
        values.addAll(
            logical.equals("time-micros")
                ? List.of(1L, 86_399_999_999L)
                : logical.isEmpty()
                    ? List.of(1L, 0L, -1L, 9_007_199_254_740_993L, Long.MAX_VALUE)
                    : List.of(IN_2026, 0L, -1L));
      }
      case FLOAT -> values.addAll(List.of(1.5f, 0f, -1f));
      case DOUBLE -> values.addAll(List.of(1.5, 0.1, -1.0));
      case BOOLEAN -> values.addAll(List.of(true, false));
      default -> values.add(null);
    }
  }

  private static void addDecimal(
      Schema schema, BigInteger unscaled, List<@Nullable Object> values) {
    byte[] bytes = unscaled.toByteArray();
    if (schema.getType() == Schema.Type.BYTES) {
      values.add(ByteBuffer.wrap(bytes));
    } else if (bytes.length <= schema.getFixedSize()) {
      byte[] fixed = new byte[schema.getFixedSize()];
      Arrays.fill(fixed, (byte) (unscaled.signum() < 0 ? -1 : 0));
      System.arraycopy(bytes, 0, fixed, fixed.length - bytes.length, bytes.length);
      values.add(new GenericData.Fixed(schema, fixed));
    }
  }
}
