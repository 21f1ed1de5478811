package dev.kafkaevents.core;

import dev.kafkaevents.spi.Serde;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** The headers a serde adds while it encodes, before there is a record for them. Mostly none. */
final class SerdeHeaders implements Serde.HeaderSink {
  private @Nullable RecordHeaders added;

  @Override
  public void add(String name, byte @Nullable [] value) {
    RecordHeaders headers = added;
    if (headers == null) {
      headers = new RecordHeaders();
      added = headers;
    }
    headers.add(name, value);
  }

  Iterable<Header> added() {
    return added == null ? List.of() : added;
  }
}
