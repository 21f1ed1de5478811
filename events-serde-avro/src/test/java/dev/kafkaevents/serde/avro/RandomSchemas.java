package dev.kafkaevents.serde.avro;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.avro.Schema;

/** Schemas as a stranger may register them: records in records, unions, empty things. */
final class RandomSchemas {
  private static final List<Schema.Type> SIMPLE =
      List.of(
          Schema.Type.NULL,
          Schema.Type.BOOLEAN,
          Schema.Type.INT,
          Schema.Type.LONG,
          Schema.Type.FLOAT,
          Schema.Type.DOUBLE,
          Schema.Type.STRING,
          Schema.Type.BYTES);

  private static final List<String> FIELDS =
      List.of("id", "count", "size", "note", "lines", "bySku", "parts", "total", "at", "x");

  private final Random random;
  private int names;

  RandomSchemas(Random random) {
    this.random = random;
  }

  Schema next() {
    return record(0);
  }

  private Schema any(int depth) {
    int choice = depth > 3 ? 0 : random.nextInt(9);
    return switch (choice) {
      case 1 -> record(depth + 1);
      case 2 -> Schema.createArray(any(depth + 1));
      case 3 -> Schema.createMap(any(depth + 1));
      case 4 -> Schema.createFixed("F" + names++, null, null, random.nextInt(3));
      case 5 -> Schema.createEnum("E" + names++, null, null, List.of("A", "LARGE"));
      case 6 ->
          Schema.createUnion(
              Schema.create(Schema.Type.NULL), Schema.createArray(record(depth + 1)));
      default -> Schema.create(SIMPLE.get(random.nextInt(SIMPLE.size())));
    };
  }

  private Schema record(int depth) {
    Schema record = Schema.createRecord(depth == 0 ? "Order" : "R" + names++, null, null, false);
    List<Schema.Field> fields = new ArrayList<>();
    for (String name : FIELDS) {
      if (random.nextInt(3) == 0) {
        boolean recursive = random.nextInt(8) == 0;
        fields.add(
            new Schema.Field(
                name,
                recursive
                    ? Schema.createUnion(Schema.create(Schema.Type.NULL), record)
                    : any(depth + 1)));
      }
    }
    record.setFields(fields);
    return record;
  }
}
