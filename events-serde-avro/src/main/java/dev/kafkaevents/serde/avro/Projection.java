package dev.kafkaevents.serde.avro;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.Schema.Field;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.Encoder;
import org.apache.avro.io.FastReaderBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Writes payloads with a schema that is not their own, by name: written with their own schema, read
 * into the other as Avro resolves the two, and written with that. Avro's writers go by position,
 * and given another schema they write a field where its neighbour belongs.
 */
final class Projection implements DatumWriter<Object> {
  private static final byte[] NO_PREFIX = {};

  private final Coders coders;
  private final DatumWriter<Object> own;
  private final DatumReader<Object> resolving;
  private final DatumWriter<Object> target;

  Projection(Coders coders, DatumWriter<Object> own, Schema ownSchema, Schema targetSchema)
      throws IOException {
    this.coders = coders;
    this.own = own;
    GenericData data = new GenericData();
    this.resolving = new FastReaderBuilder(data).createDatumReader(ownSchema, targetSchema);
    this.target = new GenericDatumWriter<>(targetSchema, data);
  }

  @Override
  public void setSchema(Schema schema) {
    throw new UnsupportedOperationException("a projection is for one schema");
  }

  @Override
  public void write(Object datum, Encoder out) throws IOException {
    Coder coder = coders.take();
    byte[] bytes = coder.write(NO_PREFIX, own, datum);
    coders.put(coder);
    Object resolved = resolving.read(null, DecoderFactory.get().binaryDecoder(bytes, null));
    target.write(resolved, out);
  }

  /**
   * What of {@code own} has no place in {@code target}, and would be lost without a word: Avro's
   * resolution is made for readers, who may leave out what they do not know.
   */
  static List<String> lost(Schema own, Schema target) {
    List<String> lost = new ArrayList<>();
    compare(own, target, own.getName(), lost, new HashSet<>());
    return lost;
  }

  private static void compare(
      Schema own, Schema target, String path, List<String> lost, Set<List<String>> seen) {
    if (own.getType() == Schema.Type.UNION) {
      for (Schema branch : own.getTypes()) {
        compare(branch, target, path, lost, seen);
      }
      return;
    }
    Schema place = placeOf(own, target);
    if (place == null) {
      return; // a value that has none is refused when it is written
    }
    switch (own.getType()) {
      case ARRAY -> compare(own.getElementType(), place.getElementType(), path + "[]", lost, seen);
      case MAP -> compare(own.getValueType(), place.getValueType(), path + "{}", lost, seen);
      case ENUM -> {
        List<String> missing = new ArrayList<>(own.getEnumSymbols());
        missing.removeAll(place.getEnumSymbols());
        missing.forEach(symbol -> lost.add(path + "=" + symbol));
      }
      case RECORD -> {
        if (seen.add(List.of(own.getFullName(), place.getFullName()))) {
          for (Field field : own.getFields()) {
            Field placed = fieldFor(field, place);
            String name = path + "." + field.name();
            if (placed == null) {
              lost.add(name);
            } else {
              compare(field.schema(), placed.schema(), name, lost, seen);
            }
          }
        }
      }
      default -> {}
    }
  }

  private static @Nullable Field fieldFor(Field own, Schema target) {
    Field same = target.getField(own.name());
    if (same != null) {
      return same;
    }
    return target.getFields().stream()
        .filter(field -> field.aliases().contains(own.name()))
        .findFirst()
        .orElse(null);
  }

  private static @Nullable Schema placeOf(Schema own, Schema target) {
    if (target.getType() != Schema.Type.UNION) {
      return target.getType() == own.getType() ? target : null;
    }
    List<Schema> sameType =
        target.getTypes().stream().filter(branch -> branch.getType() == own.getType()).toList();
    return sameType.stream()
        .filter(branch -> Objects.equals(branch.getFullName(), own.getFullName()))
        .findFirst()
        .orElse(sameType.size() == 1 ? sameType.get(0) : null);
  }
}
