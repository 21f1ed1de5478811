package dev.kafkaevents.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kafkaevents.SerdeException;
import dev.kafkaevents.spi.Serde;
import java.util.Base64;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Structured mode of the Kafka binding with the JSON format of CloudEvents 1.0, as the same event
 * in binary mode and back. So nothing else knows of it: neither a serde, whose bytes are {@code
 * data} if they are JSON and {@code data_base64} if not, nor who asks a received event for its
 * attributes.
 */
final class StructuredMode {
  /** What all such events have, whatever their format, and others have not. */
  private static final String ANY_FORMAT = "application/cloudevents";

  private static final String JSON_FORMAT = "application/cloudevents+json";
  private static final Header CONTENT_TYPE =
      Attributes.header(Attributes.CONTENT_TYPE, JSON_FORMAT + "; charset=UTF-8");
  static final String DEFAULT_DATA_TYPE = "application/json";

  private StructuredMode() {}

  static boolean isMeantBy(String mediaType) {
    return mediaType.startsWith(ANY_FORMAT);
  }

  /** The event of {@code binary}, whose value is not null, in one JSON document. */
  static ProducerRecord<byte[], byte[]> fold(ProducerRecord<byte[], byte[]> binary) {
    StringBuilder json = new StringBuilder(256 + binary.value().length);
    String dataType = DEFAULT_DATA_TYPE;
    for (Header header : binary.headers()) {
      String text = text(header.value());
      if (header.key().equals(Attributes.CONTENT_TYPE)) {
        dataType = text;
        appendName(json, "datacontenttype");
        JsonText.appendQuoted(json, text);
      } else if (header.key().startsWith(Attributes.PREFIX)) {
        appendName(json, header.key().substring(Attributes.PREFIX.length()));
        JsonText.appendQuoted(json, text);
      }
    }
    appendData(json, dataType, binary.value());
    ProducerRecord<byte[], byte[]> structured =
        new OutgoingRecord(
            binary.topic(), binary.key(), json.append('}').toString().getBytes(UTF_8));
    for (Header header : binary.headers()) {
      if (!isInDocument(header)) {
        structured.headers().add(header);
      }
    }
    structured.headers().add(CONTENT_TYPE);
    return structured;
  }

  private static void appendName(StringBuilder json, String name) {
    json.append(json.isEmpty() ? '{' : ',').append('"').append(name).append("\":");
  }

  private static void appendData(StringBuilder json, String dataType, byte[] data) {
    if (isJson(dataType)) {
      appendName(json, "data");
      json.append(jsonOf(data, dataType));
    } else {
      appendName(json, "data_base64");
      json.append('"').append(Base64.getEncoder().encodeToString(data)).append('"');
    }
  }

  private static String jsonOf(byte[] data, String dataType) {
    try {
      return JsonText.value(data);
    } catch (SerdeException e) {
      throw new SerdeException(
          "what the serde wrote as " + dataType + " can't be in a JSON document: " + e.getMessage(),
          e);
    }
  }

  /**
   * The event of {@code structured} as it would be in binary mode; without data its value is null.
   *
   * @throws SerdeException if it is not one in the JSON format
   */
  static ConsumerRecord<byte[], byte[]> unfold(
      ConsumerRecord<byte[], byte[]> structured, String mediaType) {
    if (!mediaType.equals(JSON_FORMAT)) {
      throw new SerdeException(
          "it is in structured mode, and not as " + JSON_FORMAT + ", the one format that is read");
    }
    Headers headers = new RecordHeaders();
    for (Header header : structured.headers()) {
      if (!isInDocument(header)) {
        headers.add(header);
      }
    }
    byte[] value = new StructuredDocument(headers).read(JsonText.of(structured.value()));
    return new ConsumerRecord<>(
        structured.topic(),
        structured.partition(),
        structured.offset(),
        structured.timestamp(),
        structured.timestampType(),
        structured.serializedKeySize(),
        value == null ? ConsumerRecord.NULL_SIZE : value.length,
        structured.key(),
        value,
        headers,
        structured.leaderEpoch());
  }

  /** Headers may repeat what is in the document, which is what counts. */
  private static boolean isInDocument(Header header) {
    return header.key().startsWith(Attributes.PREFIX)
        || header.key().equals(Attributes.CONTENT_TYPE);
  }

  static boolean isJson(String contentType) {
    String mediaType = Serde.mediaType(contentType);
    return mediaType.endsWith("/json") || mediaType.endsWith("+json");
  }

  private static String text(byte @Nullable [] bytes) {
    return bytes == null ? "" : new String(bytes, UTF_8);
  }
}
