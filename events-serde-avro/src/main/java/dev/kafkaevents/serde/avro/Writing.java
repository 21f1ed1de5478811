package dev.kafkaevents.serde.avro;

import dev.kafkaevents.SerdeException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.io.DatumWriter;
import org.jspecify.annotations.Nullable;

/** How payloads with one schema of their own are written with a registered one. Immutable. */
final class Writing {
  private static final byte[] NO_PREFIX = {};

  private final RegisteredSchema with;
  private final byte[] prefix;
  private final byte @Nullable [] header;
  private final DatumWriter<Object> writer;
  private final boolean raw;
  private final @Nullable String latestOf;

  private Writing(
      RegisteredSchema with,
      boolean guidHeader,
      DatumWriter<Object> writer,
      @Nullable String latestOf) {
    this.with = with;
    this.header = guidHeader ? WireFormat.header(guid(with)) : null;
    this.prefix = guidHeader ? NO_PREFIX : WireFormat.prefix(with.id());
    this.writer = writer;
    this.raw = with.schema().getType() == Schema.Type.BYTES;
    this.latestOf = latestOf;
  }

  /** As {@code options} say, for payloads that have {@code own} as their schema. */
  static Writing of(
      String topic,
      Schema own,
      Binding binding,
      Schemas schemas,
      AvroOptions options,
      Coders coders) {
    String subject =
        options.writeWith() == AvroOptions.WriteWith.FIXED
            ? ""
            : options.naming().subject(topic, own);
    RegisteredSchema with =
        Rules.refused(
            switch (options.writeWith()) {
              case REGISTERED -> schemas.register(subject, own);
              case LOOKED_UP -> schemas.lookup(subject, own);
              case LATEST -> schemas.latest(subject);
              case FIXED -> schemas.byId(options.fixedId());
            });
    if (options.guidHeader() && with.guid() == null) {
      with = with.withGuid(schemas.byId(with.id()).guid());
    }
    boolean isOwn =
        switch (options.writeWith()) {
          case REGISTERED, LOOKED_UP -> true;
          case LATEST, FIXED -> sameBytes(own, with.schema());
        };
    DatumWriter<Object> writer = binding.writer(own);
    return new Writing(
        with,
        options.guidHeader(),
        isOwn ? writer : projection(writer, own, with, coders),
        options.writeWith() == AvroOptions.WriteWith.LATEST ? subject : null);
  }

  /** Whether the two differ in nothing that is on the wire. */
  private static boolean sameBytes(Schema own, Schema with) {
    return SchemaNormalization.toParsingForm(own).equals(SchemaNormalization.toParsingForm(with));
  }

  private static Projection projection(
      DatumWriter<Object> writer, Schema own, RegisteredSchema with, Coders coders) {
    List<String> problems = Incompatible.reasons(with.schema(), own);
    if (!problems.isEmpty()) {
      throw new SerdeException(
          "%s can't be written with %s: %s".formatted(own.getFullName(), with, problems));
    }
    List<String> lost = Projection.lost(own, with.schema());
    if (!lost.isEmpty()) {
      throw new SerdeException(
          "%s can't be written with %s, which has no place for %s; register the schema of the event class first"
              .formatted(own.getFullName(), with, lost));
    }
    try {
      return new Projection(coders, writer, own, with.schema());
    } catch (IOException | RuntimeException e) {
      throw new SerdeException("%s can't be written with %s".formatted(own.getFullName(), with), e);
    }
  }

  private static UUID guid(RegisteredSchema with) {
    UUID guid = with.guid();
    if (guid == null) {
      throw new SerdeException(
          "%s has no GUID, so it can't be named in a header: this registry gives none; leave out withGuidHeader()"
              .formatted(with));
    }
    return guid;
  }

  /** Whether the registry has a later version by now. */
  boolean isOutdated(Schemas schemas) {
    return latestOf != null && schemas.latest(latestOf).id() != with.id();
  }

  RegisteredSchema with() {
    return with;
  }

  /** What goes into the header; null if the value has a prefix. */
  byte @Nullable [] header() {
    return header;
  }

  byte[] write(Object payload, Coders coders) {
    if (raw) {
      return raw(payload);
    }
    try {
      Coder coder = coders.take();
      byte[] bytes = coder.write(prefix, writer, payload);
      coders.put(coder);
      return bytes;
    } catch (IOException | RuntimeException | StackOverflowError e) {
      throw AvroProblems.writing(payload.getClass(), with, e);
    }
  }

  private byte[] raw(Object payload) {
    ByteBuffer from =
        payload instanceof byte[] array
            ? ByteBuffer.wrap(array)
            : ((ByteBuffer) payload).duplicate();
    byte[] bytes = new byte[prefix.length + from.remaining()];
    System.arraycopy(prefix, 0, bytes, 0, prefix.length);
    from.get(bytes, prefix.length, from.remaining());
    return bytes;
  }
}
