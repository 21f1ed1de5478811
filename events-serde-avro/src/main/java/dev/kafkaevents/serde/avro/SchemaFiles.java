package dev.kafkaevents.serde.avro;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.IntFunction;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;
import org.jspecify.annotations.Nullable;

/**
 * Schemas by id in files, which never change. A schema with rules is not kept: a file would not
 * tell.
 */
final class SchemaFiles {
  private final Path directory;

  SchemaFiles(Path directory) {
    this.directory = directory;
  }

  RegisteredSchema get(int id, IntFunction<RegisteredSchema> registry) {
    Path file = directory.resolve(id + ".avsc");
    RegisteredSchema kept = read(id, file);
    if (kept != null) {
      return kept;
    }
    RegisteredSchema schema = registry.apply(id);
    keep(schema);
    return schema;
  }

  void keep(RegisteredSchema schema) {
    if (schema.rules().isEmpty()) {
      write(directory.resolve(schema.id() + ".avsc"), schema.schema().toString());
    }
  }

  /** What is not there or broken is asked for. */
  private static @Nullable RegisteredSchema read(int id, Path file) {
    try {
      Schema.Parser parser = new Schema.Parser();
      parser.setValidateDefaults(false);
      return RegisteredSchema.of(id, parser.parse(Files.readString(file)));
    } catch (IOException | SchemaParseException e) {
      return null;
    }
  }

  /** In one step: who reads at the same time sees all of it or nothing. */
  private void write(Path file, String text) {
    try {
      Files.createDirectories(directory);
      Path part = Files.createTempFile(directory, "schema", ".part");
      try {
        Files.writeString(part, text);
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      // Then it is asked for after the next start.
    }
  }
}
