package dev.kafkaevents.serde.avro;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.util.Map;
import java.util.function.Function;
import org.apache.avro.AvroTypeException;

/** Classes of fields that Avro writes as text, and how they are made of it. */
final class TextTypes {
  /** To make a number of text takes time by the square of its length. */
  private static final int LONGEST_NUMBER = 16_384;

  private static final Map<Class<?>, Function<String, ?>> FROM_TEXT =
      Map.of(
          BigDecimal.class, text -> new BigDecimal(bounded(text)),
          BigInteger.class, text -> new BigInteger(bounded(text)),
          URI.class, URI::create);

  private TextTypes() {}

  /** An object of {@code type}, or the text if it is made of none. */
  static Object read(Class<?> type, String text) {
    Function<String, ?> fromText = FROM_TEXT.get(type);
    return fromText == null ? text : fromText.apply(text);
  }

  /** The text of {@code datum}, which can be read again. */
  static Object written(Object datum) {
    return datum instanceof Number ? bounded(datum.toString()) : datum;
  }

  private static String bounded(String number) {
    if (number.length() > LONGEST_NUMBER) {
      throw new AvroTypeException("a number of more than " + LONGEST_NUMBER + " characters");
    }
    return number;
  }
}
