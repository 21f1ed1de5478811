package dev.kafkaevents.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Set;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * The headers of an event on the wire: CloudEvents 1.0, Kafka protocol binding, binary mode
 * (sections 3.1 and 3.2). Writing, each attribute is one header; reading, the last of a name
 * counts, and one without a value is absent.
 */
final class Envelope {
  static final String SPECVERSION = "ce_specversion";
  static final String ID = "ce_id";
  static final String TYPE = "ce_type";
  static final String SOURCE = "ce_source";
  static final String TIME = "ce_time";
  static final String CONTENT_TYPE = "content-type";

  /** Marks structured mode, whatever follows and in whatever case. */
  static final String CLOUDEVENTS_MEDIA_TYPE = "application/cloudevents";

  private static final Set<String> NAMES =
      Set.of(SPECVERSION, ID, TYPE, SOURCE, TIME, CONTENT_TYPE);
  private static final Header VERSION = header(SPECVERSION, "1.0");

  private Envelope() {}

  /** Shared by all records: a header with its bytes at hand is never changed by the client. */
  static Header version() {
    return VERSION;
  }

  static Header header(String name, String value) {
    return new RecordHeader(name, value.getBytes(UTF_8));
  }

  static boolean isEnvelope(String headerName) {
    return NAMES.contains(headerName);
  }
}
