package com.acme.shop;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;

/**
 * Runs the jar of the service as production does, in a process of its own; orders over HTTP, looks
 * at health and meters, stops it with orders in work, starts it again, and accounts for every
 * order.
 */
final class Demo {
  private final PrintStream out;
  private final Path jar;
  private final Set<String> ordered = new HashSet<>();
  private boolean isGood = true;

  private Demo(Path jar, PrintStream out) {
    this.jar = jar;
    this.out = out;
  }

  /** Whether all happened that it shows. */
  static boolean run(Path jar, Surroundings surroundings, PrintStream out) throws Exception {
    Demo demo = new Demo(jar, out);
    out.println("Kafka: " + surroundings.servers());
    demo.atWork(surroundings);
    demo.startedAgain(surroundings);
    out.println(demo.isGood ? "\nAll of it happened." : "\nNOT all of it happened.");
    return demo.isGood;
  }

  private void atWork(Surroundings surroundings) throws Exception {
    try (Service service = new Service(jar, surroundings)) {
      ShopClient client = ShopClient.of(service.port());
      await(() -> client.get("/actuator/health/readiness").statusCode() == 200);
      out.println("\nThe service has started. Orders are placed:");
      List<String> first = order(client, 20);
      check("20 orders are shipped", await(() -> isShipped(client, first)));

      out.println();
      for (String probe : List.of("liveness", "readiness")) {
        HttpResponse<String> health = client.get("/actuator/health/" + probe);
        check(probe + " " + health.body(), health.statusCode() == 200);
      }
      List<String> meters =
          client
              .get("/actuator/prometheus")
              .body()
              .lines()
              .filter(line -> line.matches("events_(process|publish)_duration_seconds_count.*"))
              .filter(line -> !line.matches(".* 0(\\.0)?"))
              .toList();
      out.println("\nOf /actuator/prometheus:");
      meters.forEach(line -> out.println("    " + line));
      check(
          "team shipping has handled 20",
          meters.stream().anyMatch(line -> line.matches(".*group=\"shipping\".* 20(\\.0)?")));

      out.println("\nFive more orders, and a SIGTERM while they are in work:");
      order(client, 5);
      int exit = service.terminate();
      service.log().stream()
          .filter(line -> line.contains("subscriptions closed"))
          .forEach(line -> out.println("    " + line));
      check("it ends by the signal", exit == 128 + 15);
      check(
          "it says what it finished and what it left",
          service.log().stream()
              .anyMatch(line -> line.matches(".* deliveries finished, \\d+ left .*")));
    }
  }

  private void startedAgain(Surroundings surroundings) throws Exception {
    int before = surroundings.keys("shipments").size();
    out.println("\nOf 25 orders " + before + " are shipped. Started again:");
    try (Service service = new Service(jar, surroundings)) {
      check("all 25 are", await(() -> surroundings.keys("shipments").equals(ordered)));
      service.terminate();
    }
    check("and none of them twice", surroundings.records("shipments").size() == 25);
  }

  private List<String> order(ShopClient client, int orders)
      throws IOException, InterruptedException {
    List<String> placed = new ArrayList<>();
    for (int i = 0; i < orders; i++) {
      placed.add(client.order());
    }
    ordered.addAll(placed);
    return placed;
  }

  private static boolean isShipped(ShopClient client, List<String> orders)
      throws IOException, InterruptedException {
    for (String order : orders) {
      if (!client.isShipped(order)) {
        return false;
      }
    }
    return true;
  }

  private static boolean await(Callable<Boolean> condition) throws Exception {
    long by = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (System.nanoTime() < by) {
      if (condition.call()) {
        return true;
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    return false;
  }

  private void check(String what, boolean holds) {
    out.println((holds ? "  yes  " : "! NO   ") + what);
    isGood &= holds;
  }

  /** A process of the service. */
  private static final class Service implements AutoCloseable {
    private final Process process;
    private final List<String> log = new ArrayList<>(); // guarded by itself
    private final CompletableFuture<String> port = new CompletableFuture<>();
    private final Thread reader;

    Service(Path jar, Surroundings surroundings) throws IOException {
      ProcessBuilder builder =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-jar",
                  jar.toString())
              .redirectErrorStream(true);
      builder.environment().put("SERVER_PORT", "0");
      builder.environment().put("SHOP_REGISTRY", surroundings.registry().url());
      builder.environment().put("SHOP_PACKING", "500ms");
      builder.environment().put("SHOP_PREFIX", surroundings.prefix());
      builder.environment().put("KAFKA_BOOTSTRAP_SERVERS", surroundings.servers());
      process = builder.start();
      reader = new Thread(this::read, "log of the service");
      reader.setDaemon(true);
      reader.start();
    }

    private void read() {
      try (BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          synchronized (log) {
            log.add(line);
          }
          if (line.contains("Tomcat started on port ")) {
            port.complete(line.replaceAll(".*Tomcat started on port (\\d+).*", "$1"));
          }
        }
      } catch (IOException e) {
        port.completeExceptionally(e);
      }
      port.completeExceptionally(
          new IllegalStateException("the service did not start:\n" + String.join("\n", log())));
    }

    String port() throws Exception {
      return port.get(60, TimeUnit.SECONDS);
    }

    List<String> log() {
      synchronized (log) {
        return List.copyOf(log);
      }
    }

    /** As a platform stops it; returns its exit code. */
    int terminate() throws InterruptedException {
      process.toHandle().destroy(); // as process.destroy() does, and what it still logs is read
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        throw new IllegalStateException("it does not end");
      }
      reader.join();
      return process.exitValue();
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  /**
   * Takes the jar of the service. On the cluster that {@code KAFKA_BOOTSTRAP_SERVERS} names, or a
   * broker that is started for the run. Ends with 0 if all happened that it shows, and with 1 if
   * not.
   */
  public static void main(String[] args) throws Exception {
    LoggingSystem.get(Demo.class.getClassLoader()).setLogLevel("ROOT", LogLevel.WARN);
    String servers = System.getenv("KAFKA_BOOTSTRAP_SERVERS");
    boolean isGood;
    try (Surroundings surroundings =
        servers == null || servers.isBlank() ? Surroundings.start() : Surroundings.on(servers)) {
      isGood = run(Path.of(args[0]), surroundings, System.out);
    }
    System.exit(isGood ? 0 : 1);
  }
}
