package dev.kafkaevents.replay;

import dev.kafkaevents.Topic;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What may be the name of a topic. */
final class Names implements ITypeConverter<String> {
  @Override
  public String convert(String value) {
    try {
      return Topic.of(value, byte[].class).name();
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(String.valueOf(e.getMessage()));
    }
  }
}
