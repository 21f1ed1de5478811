package dev.kafkaevents.core;

import dev.kafkaevents.spi.Serde;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** The headers a serde adds while it encodes, before there is a record for them. Mostly none. */
final class SerdeHeaders implements Serde.HeaderSink {
  private @Nullable RecordHeaders added;

  @Override
  public void add(String name, byte[] value) {
    RecordHeaders headers = added;
    if (headers == null) {
      headers = new RecordHeaders();
      added = headers;
    }
    headers.add(name, value);
  }

  void addTo(Headers headers) {
    if (added != null) {
      added.forEach(headers::add);
    }
  }
}
