package dev.kafkaevents.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kafkaevents.SerdeException;
import java.util.Base64;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/**
 * An event in the JSON format of CloudEvents 1.0 that is being read: its attributes become headers
 * as in binary mode, and its data bytes. Used by one thread.
 */
final class StructuredDocument {
  /** Those that CloudEvents defines; all are text. */
  private static final Set<String> TEXTS =
      Set.of(
          "id",
          "source",
          "specversion",
          "type",
          "datacontenttype",
          "dataschema",
          "subject",
          "time");

  /** More are not an event that somebody meant, and each costs a header. */
  private static final int MAX_ATTRIBUTES = 1_000;

  private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,10}");

  private final Headers headers;
  private String dataType = StructuredMode.DEFAULT_DATA_TYPE;
  private @Nullable String data;
  private @Nullable String base64;

  StructuredDocument(Headers headers) {
    this.headers = headers;
  }

  byte @Nullable [] read(JsonText json) {
    json.beginObject();
    String name = json.nextName(true);
    for (int attributes = 0; name != null; attributes++) {
      if (attributes == MAX_ATTRIBUTES) {
        throw new SerdeException("it has more than " + MAX_ATTRIBUTES + " attributes");
      }
      member(name, json.value());
      name = json.nextName(false);
    }
    json.end();
    add(Attributes.CONTENT_TYPE, dataType);
    return data();
  }

  private void member(String name, String value) {
    if (name.equals("data")) {
      data = value;
      return;
    }
    String text = attribute(name, value);
    if (text == null) {
      return;
    }
    switch (name) {
      case "data_base64" -> base64 = text;
      case "datacontenttype" -> dataType = text;
      default -> add(Attributes.PREFIX + name, text);
    }
  }

  private void add(String name, String text) {
    headers.add(new RecordHeader(name, bytes(text)));
  }

  private byte @Nullable [] data() {
    if (base64 != null) {
      if (data != null) {
        throw new SerdeException("it has both data and data_base64");
      }
      try {
        return Base64.getDecoder().decode(base64);
      } catch (IllegalArgumentException e) {
        throw new SerdeException("its data_base64 is not Base64");
      }
    }
    if (data == null) {
      return null;
    }
    if (StructuredMode.isJson(dataType)) {
      return data.getBytes(UTF_8);
    }
    String text = JsonText.unquoted(data);
    if (text != null) {
      return bytes(text);
    }
    if (data.equals("null")) {
      return null;
    }
    throw new SerdeException("its data is not text, though by its datacontenttype not JSON");
  }

  /** The text of an attribute as it is in a header; null if it is absent. */
  private static @Nullable String attribute(String name, String value) {
    if (value.equals("null")) {
      return null;
    }
    String text = JsonText.unquoted(value);
    if (text != null) {
      return text;
    }
    boolean mayBeOther = !TEXTS.contains(name) && !name.equals("data_base64");
    if (mayBeOther && (value.equals("true") || value.equals("false") || isInteger(value))) {
      return value;
    }
    throw new SerdeException(
        TEXTS.contains(name)
            ? "its attribute " + name + " is not a string"
            : "an attribute of it is neither a string nor a boolean nor an integer of 32 bits");
  }

  private static boolean isInteger(String value) {
    return INTEGER.matcher(value).matches() && Long.parseLong(value) == (int) Long.parseLong(value);
  }

  /** Half a surrogate pair has no bytes. */
  private static byte[] bytes(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    if (!new String(bytes, UTF_8).equals(text)) {
      throw new SerdeException("it has half a surrogate pair, which is no character");
    }
    return bytes;
  }
}
