package dev.kafkaevents.benchmarks;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The directory of one run: {@code results.txt} with the tables, {@code results.json} with each
 * single value, and a plot for each scenario. Written after each scenario, so that what is measured
 * is not lost.
 *
 * @param conditions where and with what it was measured
 */
record Results(Path directory, Map<String, Object> conditions, Map<String, Object> scenarios) {
  private static final Pattern MEASURED_JARS =
      Pattern.compile(
          "(kafka-clients|spring-kafka|parallel-consumer-core|jackson-databind|events-core)-.*\\.jar");
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  static Results in(Path directory) throws IOException {
    Files.createDirectories(directory);
    return new Results(directory, describeConditions(), new LinkedHashMap<>());
  }

  private static Map<String, Object> describeConditions() throws IOException {
    Map<String, Object> conditions = new LinkedHashMap<>();
    conditions.put("time", Instant.now().toString());
    conditions.put("cpu", cpu());
    conditions.put("cores", Runtime.getRuntime().availableProcessors());
    conditions.put(
        "load average", ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    conditions.put("java", Runtime.version().toString());
    conditions.put("libraries", libraries());
    return conditions;
  }

  private static String cpu() throws IOException {
    Path file = Path.of("/proc/cpuinfo");
    if (!Files.exists(file)) {
      return System.getProperty("os.arch");
    }
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(System.getProperty("os.arch"));
    }
  }

  private static List<String> libraries() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(entry -> Path.of(entry).getFileName().toString())
        .filter(name -> MEASURED_JARS.matcher(name).matches())
        .map(name -> name.substring(0, name.length() - ".jar".length()))
        .sorted()
        .toList();
  }

  void add(Rounds rounds) throws IOException {
    String name = rounds.scenario().name();
    Map<String, Object> measured = new LinkedHashMap<>();
    rounds.contenders().forEach(contender -> measured.put(contender, rounds.of(contender)));
    scenarios.put(name, Map.of("title", rounds.scenario().title(), "rounds", measured));
    Files.writeString(
        directory.resolve("results.json"),
        MAPPER.writeValueAsString(Map.of("conditions", conditions, "scenarios", scenarios)));
    Files.writeString(directory.resolve(name + ".svg"), new Svg(rounds).toString());
    Files.writeString(
        directory.resolve("results.txt"),
        (scenarios.size() == 1 ? conditions + "\n" : "") + "\n" + new Table(rounds),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }
}
