package dev.kafkaevents.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.StreamSupport;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** The headers that Kafka Events writes, in its order, made by hand with what the JDK has. */
final class EventHeaders {
  static final String SOURCE = "benchmark";

  private static final Header VERSION = header("ce_specversion", "1.0");
  private static final Header TYPE = header("ce_type", Sample.class.getSimpleName());
  private static final Header FROM = header("ce_source", SOURCE);
  private static final Header CONTENT_TYPE = header("content-type", "application/json");

  private EventHeaders() {}

  static void addTo(Headers headers) {
    headers.add(header("ce_id", id()));
    headers.add(FROM);
    headers.add(header("ce_time", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString()));
    headers.add(VERSION);
    headers.add(TYPE);
    headers.add(CONTENT_TYPE);
  }

  private static String id() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return new UUID(random.nextLong(), random.nextLong()).toString();
  }

  private static Header header(String name, String value) {
    return new RecordHeader(name, value.getBytes(UTF_8));
  }

  static List<String> names() {
    Headers headers = new RecordHeaders();
    addTo(headers);
    return names(headers);
  }

  static List<String> names(Headers headers) {
    return StreamSupport.stream(headers.spliterator(), false).map(Header::key).sorted().toList();
  }
}
