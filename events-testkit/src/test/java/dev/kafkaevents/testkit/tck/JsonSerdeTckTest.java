package dev.kafkaevents.testkit.tck;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kafkaevents.Topic;
import dev.kafkaevents.serde.json.JsonSerde;
import dev.kafkaevents.spi.Serde;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** JSON, with a topic of two kinds of event. */
class JsonSerdeTckTest extends SerdeTck<JsonSerdeTckTest.Event> {
  sealed interface Event {}

  record Placed(
      @Nullable String id,
      @Nullable BigDecimal total,
      long count,
      double weight,
      boolean gift,
      Optional<Instant> at,
      @Nullable List<Part> parts,
      Map<String, Integer> counts)
      implements Event {}

  record Cancelled(@Nullable String reason) implements Event {}

  record Part(String name, @Nullable Kind kind) {}

  enum Kind {
    SMALL,
    LARGE
  }

  record OldOrder(String id, int count) {}

  record NewOrder(String id, int count, Optional<String> note) {}

  record StrictOrder(String id, int count, int priority) {}

  private static final Topic<OldOrder> OLD = Topic.of("orders", OldOrder.class);
  private static final Topic<NewOrder> NEW = Topic.of("orders", NewOrder.class);
  private static final Topic<StrictOrder> STRICT = Topic.of("orders", StrictOrder.class);

  @Override
  protected Serde.Factory factory() {
    return JsonSerde.factory();
  }

  @Override
  protected Topic<Event> topic() {
    return Topic.of("orders", Event.class);
  }

  @Override
  protected Event payload(Random random) {
    if (random.nextInt(5) == 0) {
      return new Cancelled(random.nextBoolean() ? null : text(random));
    }
    return new Placed(
        random.nextInt(10) == 0 ? null : text(random),
        random.nextInt(10) == 0 ? null : BigDecimal.valueOf(random.nextLong(), random.nextInt(20)),
        random.nextInt(10) == 0 ? Long.MIN_VALUE : random.nextLong(),
        random.nextInt(10) == 0 ? Double.MIN_VALUE : random.nextGaussian(),
        random.nextBoolean(),
        random.nextBoolean()
            ? Optional.empty()
            : Optional.of(Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000))),
        random.nextInt(10) == 0
            ? null
            : Stream.generate(() -> new Part(text(random), Kind.LARGE))
                .limit(random.nextInt(4))
                .toList(),
        Map.of(text(random), random.nextInt()));
  }

  private static String text(Random random) {
    return random
        .ints(random.nextInt(30), 0, Character.MAX_CODE_POINT + 1)
        .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  @Override
  protected Event sparse() {
    return new Placed(null, null, 0, 0, false, Optional.empty(), null, Map.of());
  }

  @Override
  protected Event payloadWith(String text) {
    return new Placed(
        text, BigDecimal.TEN, 1, 0.5, true, Optional.empty(), List.of(), Map.of("a", 1));
  }

  @Override
  protected int maxBytes() {
    return 16 << 20;
  }

  @Override
  protected List<Evolution> evolutions() {
    return List.of(
        Evolution.of(
            "a field was added, old reader",
            NEW,
            new NewOrder("o-1", 2, Optional.of("hi")),
            OLD,
            new OldOrder("o-1", 2)),
        Evolution.of(
            "a field was added, new reader",
            OLD,
            new OldOrder("o-1", 2),
            NEW,
            new NewOrder("o-1", 2, Optional.empty())),
        Evolution.refused(
            "a field that must be there was added, new reader",
            OLD,
            new OldOrder("o-1", 2),
            STRICT));
  }

  @Override
  protected List<byte[]> refused() {
    return Stream.of("", " ", "null", "{}{}", "[]", "1", "\"text\"", "<a/>")
        .map(text -> text.getBytes(UTF_8))
        .toList();
  }
}
