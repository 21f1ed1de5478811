package dev.kafkaevents.benchmarks;

import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/**
 * One contender, once: the main program of a JVM of its own. What it measured goes into the file
 * {@code answer}.
 */
record Trial(
    String scenario,
    String contender,
    boolean quick,
    String bootstrapServers,
    String topic,
    String answer) {
  private static final JsonMapper MAPPER = JsonMapper.shared();

  List<String> arguments() {
    return List.of(scenario, contender, Boolean.toString(quick), bootstrapServers, topic, answer);
  }

  private static Trial of(String... arguments) {
    return new Trial(
        arguments[0],
        arguments[1],
        Boolean.parseBoolean(arguments[2]),
        arguments[3],
        arguments[4],
        arguments[5]);
  }

  static Measurement read(Path answer) {
    return MAPPER.readValue(answer.toFile(), Measurement.class);
  }

  public static void main(String[] args) {
    Trial trial = of(args);
    Measurement measurement;
    try {
      measurement = trial.run();
    } catch (Exception e) {
      e.printStackTrace();
      measurement = Measurement.failed(e.toString());
    }
    MAPPER.writeValue(Path.of(trial.answer).toFile(), measurement);
    System.exit(0); // whatever threads a contender has left
  }

  private Measurement run() throws Exception {
    Scenario chosen =
        Scenarios.of(quick).stream()
            .filter(candidate -> candidate.name().equals(scenario))
            .findFirst()
            .orElseThrow();
    try (Cluster cluster = new Cluster(bootstrapServers)) {
      return chosen.run(cluster, contender, topic);
    }
  }
}
