package dev.kafkaevents.testkit.memory;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * A record as it lies in a log: bytes that nobody else holds.
 *
 * @param transaction which decides whether it is seen by who reads what is committed; null outside
 * @param control whether it is the marker that ends a transaction
 * @param batch tells the records that came in one batch, which a fetch never splits
 */
record StoredRecord(
    long offset,
    long timestamp,
    TimestampType timestampType,
    byte @Nullable [] key,
    byte @Nullable [] value,
    List<Header> headers,
    @Nullable Transaction transaction,
    boolean control,
    long batch,
    int bytes) {

  /** Whether a consumer is ever given it. */
  boolean isVisible(boolean committedOnly) {
    return !control
        && (!committedOnly
            || transaction == null
            || transaction.state == Transaction.State.COMMITTED);
  }

  /** Headers of the reader's own. */
  RecordHeaders copyOfHeaders() {
    return new RecordHeaders(copy(headers));
  }

  static List<Header> copy(Iterable<Header> headers) {
    List<Header> copies = new ArrayList<>();
    for (Header header : headers) {
      byte[] value = header.value();
      copies.add(new RecordHeader(header.key(), value == null ? null : value.clone()));
    }
    return copies;
  }

  static List<Header> copy(Headers headers) {
    return copy((Iterable<Header>) headers);
  }
}
