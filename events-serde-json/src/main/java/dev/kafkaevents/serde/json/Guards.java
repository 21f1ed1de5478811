package dev.kafkaevents.serde.json;

import com.fasterxml.jackson.annotation.JsonFormat;
import java.io.Serial;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.BeanProperty;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.ValueDeserializerModifier;
import tools.jackson.databind.deser.std.DelegatingDeserializer;

/**
 * Stands before those of Jackson's deserializers that take what they should not, and no setting
 * keeps them from it.
 */
final class Guards extends ValueDeserializerModifier {
  @Serial private static final long serialVersionUID = 1L;

  /** What Jackson writes without an exponent at most. */
  private static final int MAX_SCALE = 9999;

  private static final Set<Class<?>> TIMES =
      Set.of(
          Instant.class,
          OffsetDateTime.class,
          ZonedDateTime.class,
          LocalDate.class,
          Duration.class);

  @Override
  public ValueDeserializer<?> modifyDeserializer(
      DeserializationConfig config,
      BeanDescription.Supplier description,
      ValueDeserializer<?> deserializer) {
    Class<?> type = description.getBeanClass();
    if (TIMES.contains(type)) {
      return new TimeAsText(deserializer);
    }
    return type == BigDecimal.class ? new WritableDecimal(deserializer) : deserializer;
  }

  /**
   * A number may count seconds, as Jackson takes it, or milliseconds, as many write it; it has to
   * be declared.
   */
  private static final class TimeAsText extends DelegatingDeserializer {
    TimeAsText(ValueDeserializer<?> delegatee) {
      super(delegatee);
    }

    @Override
    protected ValueDeserializer<?> newDelegatingInstance(ValueDeserializer<?> delegatee) {
      return new TimeAsText(delegatee);
    }

    @Override
    public ValueDeserializer<?> createContextual(
        DeserializationContext context, @Nullable BeanProperty property) {
      ValueDeserializer<?> contextual = super.createContextual(context, property);
      JsonFormat.Value format = findFormatOverrides(context, property, handledType());
      boolean declared = format != null && format.getShape().isNumeric();
      return declared && contextual instanceof TimeAsText guard ? guard.getDelegatee() : contextual;
    }

    @Override
    public Object deserialize(JsonParser parser, DeserializationContext context) {
      return parser.currentToken().isNumeric()
          ? context.handleUnexpectedToken(handledType(), parser)
          : super.deserialize(parser, context);
    }
  }

  /**
   * A decimal like 1E+1000000000 is a few bytes on the wire, and gigabytes to whoever adds one to
   * it.
   */
  private static final class WritableDecimal extends DelegatingDeserializer {
    WritableDecimal(ValueDeserializer<?> delegatee) {
      super(delegatee);
    }

    @Override
    protected ValueDeserializer<?> newDelegatingInstance(ValueDeserializer<?> delegatee) {
      return new WritableDecimal(delegatee);
    }

    @Override
    public Object deserialize(JsonParser parser, DeserializationContext context) {
      Object value = super.deserialize(parser, context);
      return value instanceof BigDecimal decimal && Math.abs((long) decimal.scale()) > MAX_SCALE
          ? context.handleWeirdNumberValue(BigDecimal.class, decimal, "out of bounds")
          : value;
    }
  }
}
