package dev.kafkaevents.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kafkaevents.SerdeException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON text (RFC 8259) from front to end. It takes nothing that is not JSON and builds
 * nothing: a value is handed out as it stands there, so that every digit of it is kept. What is
 * wrong is told by its place, never by what is there. Used by one thread.
 */
final class JsonText {
  private static final int MAX_NESTING = 500;
  private static final Pattern NUMBER =
      Pattern.compile("-?(0|[1-9][0-9]*+)(\\.[0-9]++)?([eE][+-]?[0-9]++)?");

  private final String text;
  private final Matcher number;
  private int at;

  JsonText(String text) {
    this.text = text;
    this.number = NUMBER.matcher(text);
  }

  /** Of UTF-8; a byte order mark is passed by. */
  static JsonText of(byte[] bytes) {
    JsonText json = new JsonText(decode(bytes));
    if (json.text.startsWith("\uFEFF")) {
      json.at = 1;
    }
    return json;
  }

  private static String decode(byte[] bytes) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new SerdeException("it is not UTF-8, as JSON is");
    }
  }

  /** The one value that all of {@code bytes} are. */
  static String value(byte[] bytes) {
    JsonText json = new JsonText(decode(bytes));
    String value = json.value();
    json.end();
    return value;
  }

  /** The text of a value that is a string; null if it is not. */
  static @Nullable String unquoted(String value) {
    return value.startsWith("\"") ? new JsonText(value).string() : null;
  }

  static void appendQuoted(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ') {
        out.append("\\u00").append((char) ('0' + (c >> 4))).append(Character.forDigit(c & 15, 16));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }

  /** Steps into an object. */
  void beginObject() {
    expect('{');
  }

  /**
   * The name of the next member of the object stepped into, whose value is to be read next; null
   * behind the last.
   */
  @Nullable String nextName(boolean isFirst) {
    char c = peek();
    if (c == '}') {
      at++;
      return null;
    }
    if (!isFirst) {
      expect(',');
      c = peek();
    }
    if (c != '"') {
      throw bad("a name");
    }
    String name = string();
    expect(':');
    return name;
  }

  /** The next value as it stands there. */
  String value() {
    peek();
    int from = at;
    skip(0);
    return text.substring(from, at);
  }

  /** Nothing may come any more. */
  void end() {
    skipSpace();
    if (at < text.length()) {
      throw bad("the end");
    }
  }

  private void skip(int depth) {
    if (depth > MAX_NESTING) {
      throw new SerdeException("its JSON is nested deeper than " + MAX_NESTING + " levels");
    }
    switch (peek()) {
      case '{' -> {
        at++;
        for (boolean isFirst = true; nextName(isFirst) != null; isFirst = false) {
          skip(depth + 1);
        }
      }
      case '[' -> {
        at++;
        for (boolean isFirst = true; hasElement(isFirst); isFirst = false) {
          skip(depth + 1);
        }
      }
      case '"' -> string();
      case 't' -> literal("true");
      case 'f' -> literal("false");
      case 'n' -> literal("null");
      default -> number();
    }
  }

  private boolean hasElement(boolean isFirst) {
    if (peek() == ']') {
      at++;
      return false;
    }
    if (!isFirst) {
      expect(',');
    }
    return true;
  }

  private String string() {
    int from = ++at;
    StringBuilder unescaped = null;
    while (true) {
      char c = next();
      if (c == '"') {
        return unescaped == null
            ? text.substring(from, at - 1)
            : unescaped.append(text, from, at - 1).toString();
      }
      if (c < ' ') {
        throw bad("no control character");
      }
      if (c == '\\') {
        unescaped = unescaped == null ? new StringBuilder() : unescaped;
        unescaped.append(text, from, at - 1).append(escaped());
        from = at;
      }
    }
  }

  private char escaped() {
    char c = next();
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> (char) (hex() << 12 | hex() << 8 | hex() << 4 | hex());
      default -> throw bad("an escape");
    };
  }

  private int hex() {
    char c = next();
    int digit = c < 0x80 ? Character.digit(c, 16) : -1;
    if (digit < 0) {
      throw bad("a hexadecimal digit");
    }
    return digit;
  }

  private void literal(String literal) {
    if (!text.startsWith(literal, at)) {
      throw bad("a value");
    }
    at += literal.length();
  }

  private void number() {
    if (!number.region(at, text.length()).lookingAt()) {
      throw bad("a value");
    }
    at = number.end();
  }

  private void expect(char expected) {
    if (peek() != expected) {
      throw bad(String.valueOf(expected));
    }
    at++;
  }

  /** The next character that is not space. */
  private char peek() {
    skipSpace();
    if (at == text.length()) {
      throw bad("more");
    }
    return text.charAt(at);
  }

  private void skipSpace() {
    while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private char next() {
    if (at == text.length()) {
      throw bad("more");
    }
    return text.charAt(at++);
  }

  private SerdeException bad(String expected) {
    return new SerdeException("it is not JSON: at character " + at + " there is not " + expected);
  }
}
