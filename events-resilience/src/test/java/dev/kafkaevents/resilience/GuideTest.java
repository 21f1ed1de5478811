package dev.kafkaevents.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaevents.FailureClass;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.spi.DeliveryInterceptor;
import dev.kafkaevents.spi.EventsBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The code in docs/resilience.md is this code, and it runs. */
class GuideTest {
  private static final Path GUIDE = Path.of("../docs/resilience.md");
  private static final Path SELF =
      Path.of("src/test/java/dev/kafkaevents/resilience/GuideTest.java");

  private boolean databaseIsDown = true;

  private static void assemble(EventsBuilder builder) {
    // GUIDE
    Breaker payments = Breaker.around("payments-db", failure -> failure instanceof SQLException);
    builder
        .onDelivery(DeadLetter.toTopicWithSuffix(".dlq"))
        .onDelivery(
            Retry.upTo(5, Duration.ofMillis(100))
                .within(Duration.ofMinutes(2))
                .spending(RetryBudget.of(10, 0.1))
                .classifying(
                    failure ->
                        failure instanceof NoSuchFileException ? FailureClass.REJECTED : null))
        .onDelivery(payments.onlyFor(delivery -> delivery.group().equals("billing")));
    // GUIDE ends
  }

  @Test
  void theCodeOfTheGuide_answersEachFailureAsItSays() throws Exception {
    List<DeliveryInterceptor> installed = new ArrayList<>();
    assemble(new ResilienceTest.RecordingBuilder(installed));
    DeliveryInterceptor[] interceptors = installed.toArray(new DeliveryInterceptor[0]);

    FakeChain database =
        new FakeChain(
            d -> {
              if (databaseIsDown) {
                throw new SQLException("down");
              }
            },
            interceptors);
    database.onWait(wait -> databaseIsDown = false);
    assertThat(database.deliver(FakeDelivery.of("orders"))).isEqualTo(Settlement.handled());
    assertThat(database.holds).containsExactly(DeliveryInterceptor.Hold.LANE);
    assertThat(database.delays).isEmpty();

    FakeChain file =
        new FakeChain(
            d -> {
              throw new NoSuchFileException("gone");
            },
            interceptors);
    file.deliver(FakeDelivery.of("orders"));
    assertThat(file.handled()).isEqualTo(1);
    assertThat(file.publisher.sent).hasSize(1);

    FakeChain other =
        new FakeChain(
            d -> {
              throw new IOException("passing");
            },
            interceptors);
    other.deliver(FakeDelivery.of("orders"));
    assertThat(other.handled()).isEqualTo(5);
    assertThat(other.publisher.sent).hasSize(1);
  }

  @Test
  void theCodeOfTheGuide_isThis() throws IOException {
    List<String> here = new ArrayList<>();
    boolean in = false;
    for (String line : Files.readAllLines(SELF)) {
      if (line.strip().startsWith("// GUIDE")) {
        in = !line.strip().endsWith("ends");
      } else if (in && !line.isBlank()) {
        here.add(line.strip());
      }
    }
    String guide = Files.readString(GUIDE);
    int start = guide.indexOf("```java\n") + "```java\n".length();
    List<String> there =
        guide
            .substring(start, guide.indexOf("```", start))
            .lines()
            .filter(line -> !line.isBlank())
            .map(String::strip)
            .toList();
    assertThat(there).isEqualTo(here);
  }
}
