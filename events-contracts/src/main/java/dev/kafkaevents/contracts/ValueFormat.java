package dev.kafkaevents.contracts;

import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.regex.Pattern;

/** What the text of a key or a header looks like; in {@code contract.yaml} in lower case. */
enum ValueFormat {
  TEXT("x") {
    @Override
    boolean accepts(String text) {
      return !text.isEmpty();
    }
  },
  INTEGER("1") {
    @Override
    boolean accepts(String text) {
      return WHOLE.matcher(text).matches();
    }
  },
  UUID("00000000-0000-4000-8000-000000000001") {
    @Override
    boolean accepts(String text) {
      try {
        return java.util.UUID.fromString(text).toString().equalsIgnoreCase(text);
      } catch (IllegalArgumentException e) {
        return false;
      }
    }
  },
  DATE_TIME("2026-01-01T00:00:00Z") {
    @Override
    boolean accepts(String text) {
      try {
        return OffsetDateTime.parse(text) != null;
      } catch (DateTimeException e) {
        return false;
      }
    }
  };

  private static final Pattern WHOLE = Pattern.compile("-?[0-9]+");

  /** A text that has this format. */
  final String example;

  ValueFormat(String example) {
    this.example = example;
  }

  abstract boolean accepts(String text);

  /** As it is written in {@code contract.yaml}. */
  String written() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
