package dev.kafkaevents.examples.workflow;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.TemporalAccessor;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;

/**
 * Times as {@code datetime.isoformat()} of Python writes them, and such that the {@code
 * fromisoformat} of all its versions reads them: six digits, and {@code +00:00} in place of Z.
 */
final class PlainTime {
  private static final DateTimeFormatter WRITTEN =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSxxx").withZone(ZoneOffset.UTC);

  /** {@code datetime.utcnow()}, which many use, has no zone: UTC is meant. */
  private static final DateTimeFormatter READ =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
          .optionalStart()
          .appendOffsetId()
          .toFormatter();

  private PlainTime() {}

  static String format(Instant time) {
    return WRITTEN.format(time);
  }

  /**
   * @throws DateTimeException if it is no time
   */
  static Instant parse(String text) {
    TemporalAccessor time =
        READ.parseBest(text.replace(' ', 'T'), OffsetDateTime::from, LocalDateTime::from);
    return time instanceof OffsetDateTime withZone
        ? withZone.toInstant()
        : ((LocalDateTime) time).toInstant(ZoneOffset.UTC);
  }

  static final class Writer extends ValueSerializer<Instant> {
    @Override
    public void serialize(Instant time, JsonGenerator json, SerializationContext context) {
      json.writeString(format(time));
    }
  }

  static final class Reader extends ValueDeserializer<Instant> {
    @Override
    public Instant deserialize(JsonParser json, DeserializationContext context) {
      String text = json.getValueAsString();
      try {
        return parse(text == null ? "" : text);
      } catch (DateTimeException e) {
        return (Instant) context.handleWeirdStringValue(Instant.class, "", "not an ISO-8601 time");
      }
    }
  }
}
