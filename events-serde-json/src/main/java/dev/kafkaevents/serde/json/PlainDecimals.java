package dev.kafkaevents.serde.json;

import java.io.Serial;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.json.JsonGeneratorBase;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.BeanProperty;
import tools.jackson.databind.SerializationConfig;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.ser.ValueSerializerModifier;
import tools.jackson.databind.ser.std.StdSerializer;

/**
 * Writes decimals whose text has no exponent anyway as that text: they keep it, while Jackson makes
 * one without an exponent anew each time.
 */
final class PlainDecimals extends ValueSerializerModifier {
  @Serial private static final long serialVersionUID = 1L;

  @Override
  public ValueSerializer<?> modifySerializer(
      SerializationConfig config,
      BeanDescription.Supplier description,
      ValueSerializer<?> serializer) {
    return description.getBeanClass() == BigDecimal.class
        ? new PlainDecimal(typed(serializer))
        : serializer;
  }

  @SuppressWarnings("unchecked") // of the class it was asked for
  private static ValueSerializer<Object> typed(ValueSerializer<?> serializer) {
    return (ValueSerializer<Object>) serializer;
  }

  private static final class PlainDecimal extends StdSerializer<BigDecimal> {
    private static final int LONG = 100;

    private final ValueSerializer<Object> jacksons;

    PlainDecimal(ValueSerializer<Object> jacksons) {
      super(BigDecimal.class);
      this.jacksons = jacksons;
    }

    @Override
    public ValueSerializer<?> createContextual(
        SerializationContext context, @Nullable BeanProperty property) {
      ValueSerializer<?> contextual = jacksons.createContextual(context, property);
      return contextual == jacksons ? this : contextual;
    }

    @Override
    public void serialize(
        BigDecimal decimal, JsonGenerator generator, SerializationContext context) {
      if (isPlain(decimal) && generator instanceof JsonGeneratorBase) {
        generator.writeNumber(decimal.toString());
      } else {
        jacksons.serialize(decimal, generator, context);
      }
    }

    /** As {@link BigDecimal#toString} has it; of long ones Jackson bounds the length. */
    private static boolean isPlain(BigDecimal decimal) {
      int scale = decimal.scale();
      return scale >= 0 && scale <= LONG && decimal.precision() - 1 - scale >= -6;
    }
  }
}
