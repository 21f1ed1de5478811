package dev.kafkaevents.observability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Prometheus' own tool on the rules in the docs, where it is installed (as promtool). */
class PrometheusRulesTest {
  private static final File DOCS = Path.of("..", "docs", "observability").toFile();

  @Test
  void rulesAreRules_andEachFiresOnItsSymptomAlone() throws Exception {
    if (!isInstalled()) {
      String loudly =
          "PROMTOOL IS NOT ON THE PATH: the rules in docs/observability were NOT checked;"
              + " apt-get install prometheus brings it";
      System.err.println(loudly);
      abort(loudly);
    }
    run("check", "rules", "alerts.yml");
    run("test", "rules", "alerts.test.yml");
  }

  private static void run(String... arguments) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(Stream.concat(Stream.of("promtool"), Stream.of(arguments)).toList())
            .directory(DOCS)
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  private static boolean isInstalled() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .anyMatch(directory -> new File(directory, "promtool").canExecute());
  }
}
