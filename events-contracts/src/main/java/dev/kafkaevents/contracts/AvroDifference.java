package dev.kafkaevents.contracts;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What Avro's resolution takes for the same and readers do not: another logical type, scale or
 * precision, and promotions that lose digits.
 */
final class AvroDifference {
  private AvroDifference() {}

  /** The field of {@code writer} that {@code field} of a reader is filled from. */
  static Schema.@Nullable Field written(Schema.Field field, Schema writer) {
    Schema.Field same = writer.getField(field.name());
    if (same != null) {
      return same;
    }
    for (String alias : field.aliases()) {
      Schema.Field other = writer.getField(alias);
      if (other != null) {
        return other;
      }
    }
    return null;
  }

  /** Tells {@code suspect} of the places where values may be read as others, and of the keyword. */
  static void inSchemas(Schema writer, Schema reader, BiConsumer<String, String> suspect) {
    inSchemas(writer, reader, "", new LinkedHashSet<>(), suspect);
  }

  private static void inSchemas(
      Schema writer,
      Schema reader,
      String path,
      Set<String> seen,
      BiConsumer<String, String> suspect) {
    if (writer.isUnion()) {
      writer.getTypes().forEach(each -> inSchemas(each, reader, path, seen, suspect));
      return;
    }
    if (reader.isUnion()) {
      for (Schema branch : reader.getTypes()) {
        if (branch.getType() == writer.getType()
            || reader.getTypes().stream().noneMatch(r -> r.getType() == writer.getType())) {
          inSchemas(writer, branch, path, seen, suspect);
        }
      }
      return;
    }
    inScalars(writer, reader, path, suspect);
    if (writer.getType() != reader.getType()) {
      return;
    }
    switch (writer.getType()) {
      case RECORD -> {
        if (seen.add(writer.getFullName() + " " + reader.getFullName())) {
          for (Schema.Field field : reader.getFields()) {
            Schema.Field written = written(field, writer);
            if (written != null) {
              String at = AvroJson.child(path, field.name());
              inSchemas(written.schema(), field.schema(), at, seen, suspect);
            }
          }
        }
      }
      case ARRAY ->
          inSchemas(writer.getElementType(), reader.getElementType(), path + "/*", seen, suspect);
      case MAP ->
          inSchemas(writer.getValueType(), reader.getValueType(), path + "/*", seen, suspect);
      default -> {
        // Scalars are done.
      }
    }
  }

  private static void inScalars(
      Schema writer, Schema reader, String path, BiConsumer<String, String> suspect) {
    boolean textOfUuid =
        AvroJson.logical(writer).equals("uuid") && AvroJson.logical(reader).isEmpty();
    if (!AvroJson.logical(writer).equals(AvroJson.logical(reader)) && !textOfUuid) {
      suspect.accept(path, "logicalType");
    } else if (writer.getLogicalType() instanceof LogicalTypes.Decimal written
        && reader.getLogicalType() instanceof LogicalTypes.Decimal read) {
      if (written.getScale() != read.getScale()) {
        suspect.accept(path, "scale");
      } else if (written.getPrecision() > read.getPrecision()) {
        suspect.accept(path, "precision");
      }
    }
    Schema.Type to = reader.getType();
    boolean loses =
        switch (writer.getType()) {
          case INT -> to == Schema.Type.FLOAT;
          case LONG -> to == Schema.Type.FLOAT || to == Schema.Type.DOUBLE;
          case BYTES -> to == Schema.Type.STRING;
          default -> false;
        };
    if (loses) {
      suspect.accept(path, "type");
    }
  }

  /** Is told where a value is read as another: path, keyword, written, read. */
  interface Found {
    void at(String path, String keyword, String written, String read);
  }

  /** Compares what was written with what was read of it. */
  static void inValues(
      @Nullable Object written,
      Schema writer,
      @Nullable Object read,
      Schema reader,
      String path,
      Found found) {
    if (writer.isUnion()) {
      Schema branch = writer.getTypes().get(GenericData.get().resolveUnion(writer, written));
      inValues(written, branch, read, reader, path, found);
      return;
    }
    if (reader.isUnion()) {
      Schema branch = reader.getTypes().get(GenericData.get().resolveUnion(reader, read));
      inValues(written, writer, read, branch, path, found);
      return;
    }
    if (written == null || read == null) {
      if (written != read) {
        found.at(path, "null", String.valueOf(written), String.valueOf(read));
      }
      return;
    }
    switch (reader.getType()) {
      case RECORD -> {
        for (Schema.Field field : reader.getFields()) {
          Schema.Field from = written(field, writer);
          if (from != null) {
            inValues(
                ((IndexedRecord) written).get(from.pos()),
                from.schema(),
                ((IndexedRecord) read).get(field.pos()),
                field.schema(),
                AvroJson.child(path, field.name()),
                found);
          }
        }
      }
      case ARRAY -> {
        Iterator<?> elements = ((Collection<?>) read).iterator();
        for (Object each : (Collection<?>) written) {
          inValues(
              each,
              writer.getElementType(),
              elements.next(),
              reader.getElementType(),
              path + "/*",
              found);
        }
      }
      case MAP ->
          ((Map<?, ?>) written)
              .forEach(
                  (key, each) ->
                      inValues(
                          each,
                          writer.getValueType(),
                          ((Map<?, ?>) read).get(key),
                          reader.getValueType(),
                          path + "/*",
                          found));
      default -> inScalarValues(written, writer, read, reader, path, found);
    }
  }

  private static void inScalarValues(
      Object written, Schema writer, Object read, Schema reader, String path, Found found) {
    String from = AvroJson.logical(writer);
    String to = AvroJson.logical(reader);
    boolean oneIsPlain = from.isEmpty() != to.isEmpty();
    if (oneIsPlain && !to.equals("uuid") && !from.equals("uuid")) {
      return; // What a plain value means nobody knows; the schemas are suspected.
    }
    if (writer.getType() != reader.getType() && isText(writer) && isText(reader)) {
      if (!Arrays.equals(bytes(written), bytes(read))) {
        found.at(path, "type", "bytes that are no UTF-8", "others");
      }
      return;
    }
    JsonNode before = AvroJson.toJson(written, writer);
    JsonNode after = AvroJson.toJson(read, reader);
    if (to.equals("uuid") && !ValueFormat.UUID.accepts(after.asString())) {
      found.at(path, "logicalType", Json.text(before), "no UUID");
    } else if (reader.getLogicalType() instanceof LogicalTypes.Decimal decimal
        && after.decimalValue().precision() > decimal.getPrecision()) {
      found.at(
          path,
          "precision",
          Json.text(before),
          Json.text(after) + ", which has more than " + decimal.getPrecision() + " digits");
    } else if (!isSame(before, after) && !isDeclared(read, reader)) {
      String keyword = !from.equals(to) ? "logicalType" : from.equals("decimal") ? "scale" : "type";
      found.at(path, keyword, Json.text(before), Json.text(after));
    }
  }

  /** A reader that gives its default for symbols it does not know has said so. */
  private static boolean isDeclared(Object read, Schema reader) {
    return reader.getType() == Schema.Type.ENUM && read.toString().equals(reader.getEnumDefault());
  }

  private static boolean isSame(JsonNode before, JsonNode after) {
    return (before.isNumber() && after.isNumber())
        ? before.decimalValue().compareTo(after.decimalValue()) == 0
        : before.equals(after);
  }

  private static boolean isText(Schema schema) {
    return schema.getType() == Schema.Type.STRING || schema.getType() == Schema.Type.BYTES;
  }

  private static byte[] bytes(Object value) {
    return value instanceof ByteBuffer buffer
        ? AvroJson.toJson(buffer, Schema.create(Schema.Type.BYTES))
            .stringValue()
            .getBytes(ISO_8859_1)
        : value.toString().getBytes(UTF_8);
  }
}
