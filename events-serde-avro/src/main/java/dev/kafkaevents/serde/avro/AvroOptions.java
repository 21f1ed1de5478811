package dev.kafkaevents.serde.avro;

import static java.util.Objects.requireNonNull;

/**
 * Which schema events are written with, and how they look on the wire. Reading needs no option: the
 * schema of what was written is named by the record, and read into that of the event class.
 *
 * <pre>{@code
 * AvroSerde.factory(registry, AvroOptions.lookup().withNaming(SubjectNaming.RECORD));
 * }</pre>
 *
 * <p>Immutable: {@code withX} returns a changed copy.
 */
public final class AvroOptions {
  /** What to write with. */
  enum WriteWith {
    REGISTERED,
    LOOKED_UP,
    LATEST,
    FIXED
  }

  private static final int MAX_BYTES = 16 << 20;

  private final WriteWith writeWith;
  private final int fixedId;
  private final SubjectNaming naming;
  private final boolean guidHeader;
  private final int maxBytes;

  private AvroOptions(
      WriteWith writeWith, int fixedId, SubjectNaming naming, boolean guidHeader, int maxBytes) {
    this.writeWith = writeWith;
    this.fixedId = fixedId;
    this.naming = naming;
    this.guidHeader = guidHeader;
    this.maxBytes = maxBytes;
  }

  private static AvroOptions writingWith(WriteWith writeWith, int fixedId) {
    return new AvroOptions(writeWith, fixedId, SubjectNaming.TOPIC, false, MAX_BYTES);
  }

  /**
   * The schema of the event class, which is registered if it is not yet. For development, and where
   * nothing else registers schemas.
   */
  public static AvroOptions register() {
    return writingWith(WriteWith.REGISTERED, 0);
  }

  /**
   * The schema of the event class, which must be registered: by a pipeline, after a {@linkplain
   * Schemas#incompatibilities check}. What production usually wants.
   */
  public static AvroOptions lookup() {
    return writingWith(WriteWith.LOOKED_UP, 0);
  }

  /**
   * The latest version of the subject, whatever the event class was generated from. Fields go by
   * their names; what the event lacks gets the default of the schema, and an event class with a
   * field that the schema lacks is refused. Where the two differ an event costs more than
   * otherwise: it is written, resolved, and written again.
   */
  public static AvroOptions latest() {
    return writingWith(WriteWith.LATEST, 0);
  }

  /** The schema with that id; otherwise as {@link #latest}. */
  public static AvroOptions fixedId(int id) {
    return writingWith(WriteWith.FIXED, id);
  }

  /** Names subjects in another way than {@link SubjectNaming#TOPIC}. */
  public AvroOptions withNaming(SubjectNaming naming) {
    return new AvroOptions(
        writeWith, fixedId, requireNonNull(naming, "naming"), guidHeader, maxBytes);
  }

  /**
   * Names the schema by its GUID, in the header {@code __value_schema_id}, and leaves the value
   * free of a prefix. Needs a registry that gives GUIDs, and consumers that know the header.
   */
  public AvroOptions withGuidHeader() {
    return new AvroOptions(writeWith, fixedId, naming, true, maxBytes);
  }

  /** The most bytes of an event, written or read; 16 MiB unless set. */
  public AvroOptions withMaxBytes(int maxBytes) {
    if (maxBytes < 1) {
      throw new IllegalArgumentException("maxBytes is " + maxBytes + ", must be at least 1");
    }
    return new AvroOptions(writeWith, fixedId, naming, guidHeader, maxBytes);
  }

  WriteWith writeWith() {
    return writeWith;
  }

  int fixedId() {
    return fixedId;
  }

  SubjectNaming naming() {
    return naming;
  }

  boolean guidHeader() {
    return guidHeader;
  }

  int maxBytes() {
    return maxBytes;
  }
}
