package dev.kafkaevents.examples.workflow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.Events;
import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.Message;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.examples.cluster.Cluster;
import dev.kafkaevents.resilience.Resilience;
import dev.kafkaevents.spi.EventsProbe;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Two workflows side by side, one of which fails, with a consumer that sees how their tasks end;
 * and one more with no broker at all. Says of each thing it shows whether it happened.
 */
final class Demo {
  private static final String DEAD_LETTERS = WorkflowEvent.TOPIC.name() + ".dlq";
  private static final String RUN = "2026-11-21";

  /** As a service in Python writes it: its own order and spacing, a time without a zone. */
  private static final String FROM_PYTHON =
      """
      {"timestamp": "2026-11-21T06:00:00.000001", "event_id": "5f0c", "event_type": \
      "model.trained", "source": "ml-platform", "workflow_id": "daily-stock", "workflow_run_id": \
      "2026-11-21", "payload": {"data": {"accuracy": 0.93}}, "metadata": {"environment": \
      "staging", "version": "2.1"}}""";

  private final PrintWriter out;
  private final List<WorkflowEvent> seen = new CopyOnWriteArrayList<>();
  private final List<String> pages = new CopyOnWriteArrayList<>();
  private boolean isGood = true;

  Demo(PrintWriter out) {
    this.out = out;
  }

  /** Whether all happened that it shows. */
  boolean run() throws Exception {
    try (Cluster cluster = Cluster.connect("workflow-events")) {
      out.println("Kafka: " + cluster);
      cluster.createTopic(WorkflowEvent.TOPIC.name(), 3);
      cluster.createTopic(DEAD_LETTERS, 1);
      sideBySide(Settings.of(cluster.config(), System.getenv()).withNames(cluster.names()));
    }
    withoutBroker();
    out.println(
        isGood ? "\nAll of it happened." : "\nNOT all of it happened: see the lines with !");
    return isGood;
  }

  private void sideBySide(Settings settings) throws Exception {
    out.println("\nTwo workflows side by side, and what comes of them:");
    CountDownLatch settled = new CountDownLatch(9);
    List<Settlement> deadLetters = new CopyOnWriteArrayList<>();
    EventsProbe probe =
        new EventsProbe() {
          @Override
          public void settled(Delivery<?> delivery, Settlement settlement) {
            if (settlement instanceof Settlement.DeadLettered) {
              deadLetters.add(settlement);
            }
            settled.countDown();
          }
        };
    try (Events events =
        settings
            .assembly()
            .install(Resilience.retryThenDeadLetter(3, Duration.ofMillis(50)))
            .probe(probe)
            .build()) {
      Callbacks callbacks =
          Callbacks.otherwise(this::show)
              .on(WorkflowEvent.TASK_FAILED, this::page)
              .on(WorkflowEvent.WORKFLOW_FAILED, this::page);
      Subscription onCall = events.subscribe(WorkflowEvent.TOPIC, "on-call", callbacks);
      send(events, "no event at all");
      send(events, FROM_PYTHON);
      long published = runBoth(settings);
      check("all are handled", settled.await(30, TimeUnit.SECONDS));
      out.println();
      check("7 events of workflows are published", published == 7);
      check(
          "daily-sales is completed", endsOf("daily-sales").equals(List.of("workflow.completed")));
      check("daily-stock is failed", endsOf("daily-stock").equals(List.of("workflow.failed")));
      check("the callbacks for failures were called, and only they", pages.size() == 2);
      check("the event from Python is read", typesOf("daily-stock").contains("model.trained"));
      check("the record that is no event is kept in " + DEAD_LETTERS, deadLetters.size() == 1);
      check("the consumer is not behind", awaitNoLag(onCall));
    }
  }

  private static void send(Events events, String value) {
    events.send(Message.of(WorkflowEvent.TOPIC.name(), null, value.getBytes(UTF_8))).join();
  }

  private long runBoth(Settings settings) throws InterruptedException, ExecutionException {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try (Workflows workflows = new Workflows(settings)) {
      Callable<Integer> sales =
          () ->
              workflows.run(
                  "daily-sales",
                  RUN,
                  run -> {
                    int rows = run.task("extract", () -> 120);
                    int good = run.task("clean", () -> rows - 3);
                    return run.task("load", () -> good);
                  });
      Callable<Integer> stock =
          () ->
              workflows.run(
                  "daily-stock",
                  RUN,
                  run -> {
                    int rows = run.task("extract", () -> 40);
                    return run.task("load", () -> rows / (rows - 40));
                  });
      Future<Integer> first = threads.submit(sales);
      Future<Integer> second = threads.submit(stock);
      check("daily-sales has its result", first.get() == 117);
      check("daily-stock has its failure", failureOf(second) instanceof ArithmeticException);
      return workflows.published();
    } finally {
      threads.shutdown();
    }
  }

  /** Every task does its work as if Kafka were there. */
  private void withoutBroker() throws Exception {
    out.println("\nOnce more, with no broker at all:");
    EventsConfig nowhere =
        EventsConfig.of("workflow-events", "127.0.0.1:" + freePort())
            .withPublishTimeout(Duration.ofSeconds(2));
    long tasksTook;
    int loaded;
    Workflows workflows = new Workflows(Settings.of(nowhere, Map.of()));
    long start = System.nanoTime();
    try (workflows) {
      long[] end = new long[1];
      loaded =
          workflows.run(
              "daily-sales",
              RUN,
              run -> {
                int rows = run.task("extract", () -> 120);
                int result = run.task("load", () -> rows);
                end[0] = System.nanoTime();
                return result;
              });
      tasksTook = end[0] - start;
    }
    long allTook = System.nanoTime() - start;
    out.println();
    check("the workflow has its result", loaded == 120);
    check("no task waited", tasksTook < nowhere.publishTimeout().toNanos());
    check("its end waited, and not for long", allTook < TimeUnit.SECONDS.toNanos(10));
    check(
        "3 events are counted as not published",
        workflows.notPublished() == 3 && workflows.published() == 0);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void show(Delivery<WorkflowEvent> delivery) {
    seen.add(delivery.payload());
    out.println("          " + Lines.line(delivery.payload(), delivery));
  }

  private void page(Delivery<WorkflowEvent> delivery) {
    seen.add(delivery.payload());
    pages.add(delivery.payload().eventId());
    out.println("  on call " + Lines.line(delivery.payload(), delivery));
  }

  private List<String> typesOf(String workflowId) {
    return seen.stream()
        .filter(event -> event.workflowId().equals(workflowId))
        .map(WorkflowEvent::eventType)
        .toList();
  }

  private List<String> endsOf(String workflowId) {
    return typesOf(workflowId).stream().filter(type -> type.startsWith("workflow.")).toList();
  }

  private static Throwable failureOf(Future<?> future) throws InterruptedException {
    try {
      future.get();
      return new AssertionError("it did not fail");
    } catch (ExecutionException e) {
      return requireNonNull(e.getCause());
    }
  }

  private static boolean awaitNoLag(Subscription subscription) {
    long by = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (subscription.lag().orElse(-1) != 0 && System.nanoTime() < by) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
    return subscription.lag().orElse(-1) == 0;
  }

  private void check(String what, boolean holds) {
    out.println((holds ? "  yes  " : "! NO   ") + what);
    isGood &= holds;
  }
}
