package dev.kafkaevents.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kafkaevents.Headers;
import dev.kafkaevents.resilience.DeadLetterOrigin;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is told of a letter: where it is and why. Key, value and headers only if asked for. */
final class Description {
  private Description() {}

  static Map<String, Object> of(Letter letter) {
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("at", Selection.at(letter.position()));
    DeadLetterOrigin origin = letter.origin();
    if (origin != null) {
      told.put("from", origin.position().toString());
      put(told, "group", origin.group());
      put(told, "attempts", origin.attempts());
      put(told, "exception", origin.exception());
    }
    put(told, "class", letter.failureClass());
    Instant time = Selection.time(letter);
    put(told, "time", time == null ? null : time.toString());
    told.put("replays", letter.replays());
    byte[] value = letter.message().value();
    told.put("bytes", value == null ? 0 : value.length);
    return told;
  }

  /** The whole letter; headers by name, the last one where there are several. */
  static Map<String, Object> whole(Letter letter, boolean unmasked) {
    Map<String, Object> told = of(letter);
    told.put("key", shown(letter.message().key(), unmasked));
    told.put("value", shown(letter.message().value(), unmasked));
    Map<String, Object> headers = new LinkedHashMap<>();
    for (Headers.Header header : letter.message().headers()) {
      boolean isOurs = header.name().startsWith("events-");
      headers.put(header.name(), shown(header.value(), unmasked || isOurs));
    }
    told.put("headers", headers);
    return told;
  }

  private static void put(Map<String, Object> told, String name, @Nullable Object value) {
    if (value != null) {
      told.put(name, value);
    }
  }

  private static String shown(byte @Nullable [] bytes, boolean unmasked) {
    if (bytes == null) {
      return "absent";
    }
    return unmasked ? text(bytes) : "(" + bytes.length + " bytes)";
  }

  private static String text(byte[] bytes) {
    try {
      return escaped(UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      return "base64:" + Base64.getEncoder().encodeToString(bytes);
    }
  }

  static String inOneLine(Map<String, Object> told) {
    return "%-12s %s  %s  %s  %s  %s bytes"
        .formatted(
            told.get("at"),
            text(told.get("from")),
            text(told.get("group")),
            text(told.get("time")),
            text(told.get("exception")),
            told.get("bytes"));
  }

  static String inLines(Map<String, Object> told) {
    StringBuilder lines = new StringBuilder();
    told.forEach(
        (name, value) -> {
          if (value instanceof Map<?, ?> inner) {
            lines.append(name).append('\n');
            inner.forEach(
                (n, v) -> lines.append("  ").append(text(n)).append(": ").append(v).append('\n'));
          } else {
            lines.append("%-10s".formatted(name)).append(text(value)).append('\n');
          }
        });
    return lines.toString();
  }

  private static String text(@Nullable Object value) {
    return value == null ? "-" : escaped(value.toString());
  }

  /** With what a terminal might obey written out. */
  static String escaped(String text) {
    StringBuilder escaped = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isISOControl(c)) {
        escaped.append("\\u%04x".formatted((int) c));
      } else {
        escaped.append(c);
      }
    }
    return escaped.toString();
  }
}
