package dev.kafkaevents.core;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaevents.EventsException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeTextTest {
  @ParameterizedTest
  @CsvSource({
    "2026-01-02T03:04:05Z, 2026-01-02T03:04:05.000Z",
    "2026-01-02T03:04:00Z, 2026-01-02T03:04:00.000Z",
    "2026-01-02T03:04:05.678901234Z, 2026-01-02T03:04:05.678Z",
    "2026-01-02T03:04:05.009999999Z, 2026-01-02T03:04:05.009Z",
    "1969-12-31T23:59:59.999Z, 1969-12-31T23:59:59.999Z",
    "0000-01-01T00:00:00Z, 0000-01-01T00:00:00.000Z",
    "9999-12-31T23:59:59.999Z, 9999-12-31T23:59:59.999Z",
  })
  void format_hasSecondsAndThreePlaces(String time, String text) {
    assertThat(format(Instant.parse(time))).isEqualTo(text);
  }

  @Test
  void format_anyTimes_areReadBackToTheMillisecond() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 10_000; i++) {
      Instant time = Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000));
      assertThat(TimeText.parse(format(time), "here"))
          .as("seed %d, time %s", seed, time)
          .isEqualTo(time.truncatedTo(ChronoUnit.MILLIS));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-0001-12-31T23:59:59.999Z", "+10000-01-01T00:00:00Z"})
  void format_aYearOfOtherThanFourDigits_isRefused(String time) {
    assertThatThrownBy(() -> format(Instant.parse(time)))
        .isInstanceOf(EventsException.class)
        .hasMessageContainingAll("0000 to 9999", "years");
  }

  private static String format(Instant time) {
    return new String(TimeText.format(time), US_ASCII);
  }
}
