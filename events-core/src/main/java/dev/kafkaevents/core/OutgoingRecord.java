package dev.kafkaevents.core;

import java.util.Iterator;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** A record whose headers can be let go of, once they are in the producer's buffer. */
final class OutgoingRecord extends ProducerRecord<byte[], byte[]> {
  private final Outgoing headers = new Outgoing();

  OutgoingRecord(String topic, byte @Nullable [] key, byte @Nullable [] value) {
    super(topic, key, value);
  }

  @Override
  public Headers headers() {
    return headers;
  }

  /** Whoever still has the headers finds none in them, and can add none. */
  void letGoOfHeaders() {
    headers.all = Outgoing.GONE;
  }

  /** Kafka's own, until they are let go. Confined to the thread that sends. */
  private static final class Outgoing implements Headers {
    private static final RecordHeaders GONE = new RecordHeaders();

    static {
      GONE.setReadOnly();
    }

    private RecordHeaders all = new RecordHeaders();

    @Override
    public Headers add(Header header) {
      all.add(header);
      return this;
    }

    @Override
    public Headers add(String key, byte @Nullable [] value) {
      all.add(key, value);
      return this;
    }

    @Override
    public Headers remove(String key) {
      all.remove(key);
      return this;
    }

    @Override
    public @Nullable Header lastHeader(String key) {
      return all.lastHeader(key);
    }

    @Override
    public Iterable<Header> headers(String key) {
      return all.headers(key);
    }

    @Override
    public Header[] toArray() {
      return all.toArray();
    }

    @Override
    public Iterator<Header> iterator() {
      return all.iterator();
    }
  }
}
