package dev.kafkaevents.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** A run of tests within a test, to see what becomes of them. */
public final class TestRun implements TestExecutionListener {
  private final Map<String, TestExecutionResult> results = new ConcurrentHashMap<>();

  private TestRun() {}

  /** Runs all tests of a class with these configuration parameters. */
  public static TestRun of(Class<?> tests, Map<String, String> parameters) {
    TestRun run = new TestRun();
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(DiscoverySelectors.selectClass(tests))
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
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    if (test.isTest() || result.getStatus() != TestExecutionResult.Status.SUCCESSFUL) {
      String parent =
          test.isTest() && test.getDisplayName().startsWith("[") ? test.getUniqueId() : "";
      results.put(parent + test.getDisplayName(), result);
    }
  }

  /** How each test ended, by its name. */
  public Map<String, TestExecutionResult> results() {
    return results;
  }

  /** The names of those that ended so. */
  public Set<String> names(TestExecutionResult.Status status) {
    return results.entrySet().stream()
        .filter(each -> each.getValue().getStatus() == status)
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** What those that did not succeed say, by name. */
  public Map<String, String> messages() {
    Map<String, String> messages = new LinkedHashMap<>();
    results.forEach(
        (name, result) ->
            result
                .getThrowable()
                .ifPresent(e -> messages.put(name, String.valueOf(e.getMessage()))));
    return messages;
  }
}
