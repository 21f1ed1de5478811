package dev.kafkaevents.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kafkaevents.Position;
import dev.kafkaevents.resilience.DeadLetterOrigin;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** Which letters: all that is said has to be true. */
final class Selection implements Predicate<Letter> {
  @Parameters(paramLabel = "TOPIC", converter = Names.class, description = "with the dead letters")
  String topic = "";

  @Option(names = "--group", paramLabel = "GROUP", description = "that this group could not handle")
  @Nullable String group;

  @Option(
      names = "--source",
      paramLabel = "TOPIC",
      converter = Names.class,
      description = "that come from this topic")
  @Nullable String source;

  @Option(
      names = "--exception",
      paramLabel = "CLASS",
      description = "that failed with this exception, with its package or without")
  @Nullable String exception;

  @Option(
      names = "--class",
      paramLabel = "CLASS",
      description = "whose failure is of this class: transient, rejected, ...")
  @Nullable String failureClass;

  @Option(names = "--key", paramLabel = "TEXT", description = "with this key")
  @Nullable String key;

  @Option(
      names = "--header",
      paramLabel = "NAME=TEXT",
      description = "with this header; may be repeated")
  Map<String, String> headers = Map.of();

  @Option(
      names = "--since",
      paramLabel = "TIME",
      converter = Time.class,
      description = "whose record is not older, as 2026-11-21T10:00:00Z")
  @Nullable Instant since;

  @Option(
      names = "--until",
      paramLabel = "TIME",
      converter = Time.class,
      description = "whose record is older")
  @Nullable Instant until;

  @Option(
      names = "--at",
      paramLabel = "PARTITION@OFFSET",
      converter = At.class,
      description = "the one that is kept there")
  @Nullable String at;

  @Override
  public boolean test(Letter letter) {
    DeadLetterOrigin origin = letter.origin();
    return is(group, origin == null ? null : origin.group())
        && is(source, origin == null ? null : origin.position().topic())
        && isException(origin == null ? null : origin.exception())
        && isFailureClass(letter.failureClass())
        && isKey(letter.message().key())
        && headers.entrySet().stream()
            .allMatch(each -> is(each.getValue(), letter.message().headers().text(each.getKey())))
        && isInTime(letter)
        && is(at, at(letter.position()));
  }

  /**
   * What {@link #at(Position)} may be; anything else would select nothing, and seem to be right.
   */
  static final class At implements ITypeConverter<String> {
    @Override
    public String convert(String value) {
      if (!value.matches("\\d+@\\d+")) {
        throw new TypeConversionException(
            "'%s' is no partition and offset, such as 0@4711".formatted(value));
      }
      return value;
    }
  }

  static final class Time implements ITypeConverter<Instant> {
    @Override
    public Instant convert(String value) {
      try {
        return Instant.parse(value);
      } catch (DateTimeParseException e) {
        throw new TypeConversionException(
            "'%s' is no time, such as 2026-11-21T10:00:00Z".formatted(value));
      }
    }
  }

  static String at(Position position) {
    return position.partition() + "@" + position.offset();
  }

  private static boolean is(@Nullable String asked, @Nullable String actual) {
    return asked == null || asked.equals(actual);
  }

  private boolean isException(@Nullable String actual) {
    return exception == null
        || exception.equals(actual)
        || (actual != null && actual.endsWith("." + exception));
  }

  private boolean isFailureClass(@Nullable String actual) {
    return failureClass == null || failureClass.toLowerCase(Locale.ROOT).equals(actual);
  }

  private boolean isKey(byte @Nullable [] actual) {
    return key == null || Arrays.equals(key.getBytes(UTF_8), actual);
  }

  /** By the time of the record that failed, where that is known. */
  private boolean isInTime(Letter letter) {
    if (since == null && until == null) {
      return true;
    }
    Instant time = time(letter);
    return time != null
        && (since == null || !time.isBefore(since))
        && (until == null || time.isBefore(until));
  }

  static @Nullable Instant time(Letter letter) {
    DeadLetterOrigin origin = letter.origin();
    return origin != null && origin.timestamp() != null
        ? origin.timestamp()
        : letter.message().timestamp();
  }
}
