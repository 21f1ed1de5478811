package dev.kafkaevents.testkit;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaevents.testkit.junit.TestKafka;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.reporting.ReportEntry;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** A run of tests within a test, to see what becomes of them. */
public final class TestRun implements TestExecutionListener {
  private final Map<String, TestExecutionResult> results = new ConcurrentHashMap<>();
  private final Set<String> reported = ConcurrentHashMap.newKeySet();
  private TestPlan plan;

  private TestRun() {}

  /** Runs all tests of a class with these configuration parameters. */
  public static TestRun of(Class<?> tests, Map<String, String> parameters) {
    return of(DiscoverySelectors.selectClass(tests), parameters);
  }

  /** Runs one test, which has a {@link TestKafka} for a parameter. */
  public static TestRun of(Class<?> tests, String method) {
    return of(DiscoverySelectors.selectMethod(tests, method, TestKafka.class), Map.of());
  }

  private static TestRun of(DiscoverySelector selector, Map<String, String> parameters) {
    TestRun run = new TestRun();
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(selector)
            .configurationParameters(parameters)
            .build();
    LauncherFactory.create().execute(request, run);
    assertThat(run.results).as("tests that ran").isNotEmpty();
    return run;
  }

  /** Runs all tests of a class. */
  public static TestRun of(Class<?> tests) {
    return of(tests, Map.of());
  }

  @Override
  public void testPlanExecutionStarted(TestPlan testPlan) {
    plan = testPlan;
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    if (test.isTest() || result.getStatus() != Status.SUCCESSFUL) {
      String around =
          requireNonNull(plan).getParent(test).map(TestIdentifier::getDisplayName).orElse("");
      results.put(around + " " + test.getDisplayName(), result);
    }
  }

  @Override
  public void reportingEntryPublished(TestIdentifier test, ReportEntry entry) {
    reported.addAll(entry.getKeyValuePairs().values());
  }

  /** The names of those that ended so, each with that of what is around it. */
  public Set<String> names(Status status) {
    return results.entrySet().stream()
        .filter(each -> each.getValue().getStatus() == status)
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** What those that did not succeed threw, by name. */
  public Map<String, Throwable> failures() {
    Map<String, Throwable> failures = new LinkedHashMap<>();
    results.forEach((name, result) -> result.getThrowable().ifPresent(e -> failures.put(name, e)));
    return failures;
  }

  /** What the only one that did not succeed threw. */
  public Throwable failure() {
    assertThat(failures()).hasSize(1);
    return failures().values().iterator().next();
  }

  /** What tests put into the report. */
  public Set<String> reported() {
    return reported;
  }
}
