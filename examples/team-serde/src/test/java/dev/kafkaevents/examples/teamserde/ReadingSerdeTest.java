package dev.kafkaevents.examples.teamserde;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kafkaevents.Headers;
import dev.kafkaevents.Topic;
import dev.kafkaevents.spi.Serde;
import dev.kafkaevents.testkit.tck.Evolution;
import dev.kafkaevents.testkit.tck.SerdeTck;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Random;

/** All that a serde has to do; what is here says only what its payloads are. */
class ReadingSerdeTest extends SerdeTck<Reading> {
  private static final Topic<Reading> READINGS = Topic.of("readings", Reading.class);
  private static final Topic<FirstReading> FIRST = Topic.of("readings", FirstReading.class);
  private static final Instant NOON = Instant.parse("2026-07-01T12:00:00Z");

  /** A reading as it was before there were notes. */
  record FirstReading(String sensor, Instant at, double celsius) {}

  /** What the first version wrote and read. Of a real one, keep the class or some of its bytes. */
  private static final class FirstSerde implements Serde<FirstReading> {
    @Override
    public String contentType() {
      return "application/vnd.acme.reading";
    }

    @Override
    public byte[] encode(FirstReading reading, HeaderSink headers) {
      byte[] sensor = reading.sensor().getBytes(UTF_8);
      Instant at = reading.at();
      return ByteBuffer.allocate(1 + 5 + sensor.length + 5 + 12 + 5 + 8)
          .put((byte) 3)
          .put((byte) 1)
          .putInt(sensor.length)
          .put(sensor)
          .put((byte) 2)
          .putInt(12)
          .putLong(at.getEpochSecond())
          .putInt(at.getNano())
          .put((byte) 3)
          .putInt(8)
          .putDouble(reading.celsius())
          .array();
    }

    @Override
    public FirstReading decode(
        byte[] bytes, Class<? extends FirstReading> payloadType, Headers headers) {
      Reading reading = new ReadingSerde().decode(bytes, Reading.class, headers);
      return new FirstReading(reading.sensor(), reading.at(), reading.celsius());
    }
  }

  @Override
  protected Serde.Factory factory() {
    return topic ->
        topic.payloadType() == FirstReading.class
            ? new FirstSerde()
            : ReadingSerde.factory().create(topic);
  }

  @Override
  protected Topic<Reading> topic() {
    return READINGS;
  }

  @Override
  protected Reading payload(Random random) {
    return new Reading(
        text(random),
        Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000)),
        random.nextInt(10) == 0 ? Double.NEGATIVE_INFINITY : random.nextGaussian(),
        random.nextBoolean() ? null : text(random));
  }

  private static String text(Random random) {
    return random
        .ints(random.nextInt(30), 0, Character.MAX_CODE_POINT + 1)
        .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  @Override
  protected Reading sparse() {
    return new Reading("", Instant.EPOCH, 0, null);
  }

  @Override
  protected Reading payloadWith(String text) {
    return new Reading("roof", NOON, 31.5, text);
  }

  @Override
  protected int maxBytes() {
    return ReadingSerde.MAX_BYTES;
  }

  @Override
  protected List<Evolution> evolutions() {
    return List.of(
        Evolution.of(
            "a note was added, new reader",
            FIRST,
            new FirstReading("roof", NOON, 31.5),
            READINGS,
            new Reading("roof", NOON, 31.5, null)),
        Evolution.of(
            "a note was added, old reader",
            READINGS,
            new Reading("roof", NOON, 31.5, "hot"),
            FIRST,
            new FirstReading("roof", NOON, 31.5)));
  }

  @Override
  protected List<byte[]> refused() {
    return List.of(
        new byte[0], new byte[] {0}, new byte[] {-1}, "{\"sensor\":\"roof\"}".getBytes(UTF_8));
  }
}
