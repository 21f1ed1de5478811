package dev.kafkaevents.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

class LogLimitTest {
  @Test
  void pastTenASecond_linesAreForThoseWhoDebug() {
    LogLimit limit = new LogLimit();
    List<Level> levels = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      levels.add(limit.levelOf(Level.WARN));
    }
    assertThat(levels).startsWith(Collections.nCopies(10, Level.WARN).toArray(Level[]::new));
    // A loop that is held up may see some seconds go by, and ten lines in each.
    assertThat(levels).contains(Level.DEBUG);
  }
}
