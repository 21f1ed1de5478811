package dev.kafkaevents.serde.json;

import java.io.Serial;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.BasicPolymorphicTypeValidator;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.type.LogicalType;

/**
 * The mapper of {@link JsonSerde}: what is read is what was written, or it is refused. Settings
 * that are Jackson's own defaults are repeated where a promise of ours hangs on them.
 */
final class ExactJson {
  /** Sixteen times the largest record that Kafka takes unless configured. */
  static final int MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;

  static final int MAX_NESTING = 100;

  /**
   * Room for what a BigDecimal is written as at most: 9,999 zeros (Jackson's own bound) beside its
   * digits.
   */
  static final int MAX_NUMBER_CHARS = 16 * 1024;

  /**
   * Names are kept in a table that outlives the record, so they may not be as long as the record.
   */
  static final int MAX_NAME_CHARS = 1024;

  private ExactJson() {}

  static JsonMapper mapper() {
    return JsonMapper.builder(bounded())
        .annotationIntrospector(new PrimitivesAreRequired())
        .addModule(
            new SimpleModule("kafka-events")
                .setDeserializerModifier(new Guards())
                .setSerializerModifier(new PlainDecimals()))
        // Not even an annotation gets a class by a name from the wire. Names given to subtypes are
        // unaffected.
        .polymorphicTypeValidator(BasicPolymorphicTypeValidator.builder().build())
        .enable(
            DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
            DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
            DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .disable(
            DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
            DeserializationFeature.ACCEPT_FLOAT_AS_INT)
        // "" is not 0 and not null, and 1 is not true.
        .withCoercionConfigDefaults(
            coercions -> coercions.setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail))
        .withCoercionConfig(
            LogicalType.Boolean,
            coercions -> coercions.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail))
        // An enum constant is its name: toString is for people, and an ordinal shifts.
        .disable(EnumFeature.WRITE_ENUMS_USING_TO_STRING, EnumFeature.READ_ENUMS_USING_TO_STRING)
        .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
        // A time keeps the offset and the zone it was written with.
        .enable(DateTimeFeature.WRITE_DATES_WITH_ZONE_ID)
        .disable(
            DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS,
            DateTimeFeature.WRITE_DURATIONS_AS_TIMESTAMPS,
            DateTimeFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
        // A record is its components and none of its other methods.
        .enable(MapperFeature.INFER_RECORD_GETTERS_FROM_COMPONENTS_ONLY)
        .build();
  }

  private static JsonFactory bounded() {
    return JsonFactory.builder()
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxDocumentLength(MAX_DOCUMENT_BYTES)
                .maxStringLength(MAX_DOCUMENT_BYTES)
                .maxNestingDepth(MAX_NESTING)
                .maxNumberLength(MAX_NUMBER_CHARS)
                .maxNameLength(MAX_NAME_CHARS)
                .build())
        .streamWriteConstraints(
            StreamWriteConstraints.builder().maxNestingDepth(MAX_NESTING).build())
        // The threads that work on lanes live long. Buffers that they shared would wander between
        // their cores, at a third of the cost of reading a small event.
        .recyclerPool(JsonRecyclerPools.threadLocalPool())
        .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
        .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
        .build();
  }

  /**
   * A primitive that is missing would be read as 0 or false, which nobody has written. What is a
   * reference is null if missing, as the evolution of events needs it.
   */
  private static final class PrimitivesAreRequired extends JacksonAnnotationIntrospector {
    @Serial private static final long serialVersionUID = 1L;

    @Override
    public @Nullable Boolean hasRequiredMarker(MapperConfig<?> config, AnnotatedMember member) {
      Boolean annotated = super.hasRequiredMarker(config, member);
      boolean mustBeThere = annotated == null && member.getRawType().isPrimitive();
      return mustBeThere ? Boolean.TRUE : annotated;
    }
  }
}
