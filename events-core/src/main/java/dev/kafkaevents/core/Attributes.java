package dev.kafkaevents.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kafkaevents.EventsException;
import java.util.Arrays;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * The attributes of an event as headers: CloudEvents 1.0, Kafka protocol binding, binary mode
 * (sections 3.1 and 3.2). Writing, each attribute is one header; reading, the last of a name
 * counts, and one without a value is absent.
 */
final class Attributes {
  static final String PREFIX = "ce_";
  static final String SPECVERSION = "ce_specversion";
  static final String ID = "ce_id";
  static final String TYPE = "ce_type";
  static final String SOURCE = "ce_source";
  static final String TIME = "ce_time";
  static final String CONTENT_TYPE = "content-type";

  /** Never written: some write it beside or in place of the one without the prefix. */
  static final String CE_CONTENT_TYPE = "ce_datacontenttype";

  private static final Set<String> OF_EVENT =
      Set.of(SPECVERSION, ID, TYPE, SOURCE, TIME, CONTENT_TYPE, CE_CONTENT_TYPE);
  private static final Header VERSION = header(SPECVERSION, "1.0");
  private static final Pattern LEGAL_NAME = Pattern.compile("ce_(?!data$)[a-z0-9]+");

  private Attributes() {}

  /** Shared by all records: a header with its bytes at hand is never changed by the client. */
  static Header version() {
    return VERSION;
  }

  /** With a text that CloudEvents allows, or it is refused. */
  static Header header(String name, String text) {
    requireLegal(name, text);
    return new RecordHeader(name, text.getBytes(UTF_8));
  }

  /** Whether an event has this attribute itself, so that it is not among its headers. */
  static boolean isOfEvent(String headerName) {
    return OF_EVENT.contains(headerName);
  }

  /** Refuses what would not be an attribute, of those that are headers of the event. */
  static void requireLegal(String name, byte[] value) {
    if (!LEGAL_NAME.matcher(name).matches()) {
      throw new EventsException(
          "header "
              + name
              + " can't be an attribute: after ce_ come a-z and 0-9 only, and not data; call it without ce_");
    }
    String text = new String(value, UTF_8);
    if (!Arrays.equals(text.getBytes(UTF_8), value)) {
      throw new EventsException(
          "header " + name + " is an attribute, and so UTF-8 text, but its bytes are not");
    }
    requireLegal(name, text);
  }

  private static void requireLegal(String name, String text) {
    if (text.isEmpty()) {
      throw new EventsException(name + " is empty, which an attribute may not be");
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= ' ' && c <= '~') {
        continue;
      }
      int codePoint = text.codePointAt(i);
      if (!isLegal(codePoint)) {
        throw new EventsException(
            "%s has U+%04X at %d, which CloudEvents does not allow: no control characters, no half surrogates and no noncharacters"
                .formatted(name, codePoint, i));
      }
      i += Character.charCount(codePoint) - 1;
    }
  }

  private static boolean isLegal(int codePoint) {
    boolean isSurrogate =
        codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    boolean isNoncharacter =
        (codePoint & 0xFFFE) == 0xFFFE || (codePoint >= 0xFDD0 && codePoint <= 0xFDEF);
    return !Character.isISOControl(codePoint) && !isSurrogate && !isNoncharacter;
  }
}
