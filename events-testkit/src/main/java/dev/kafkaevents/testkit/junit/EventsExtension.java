package dev.kafkaevents.testkit.junit;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ClassTemplateInvocationContext;
import org.junit.jupiter.api.extension.ClassTemplateInvocationContextProvider;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.platform.commons.support.AnnotationSupport;
import org.opentest4j.TestAbortedException;

/**
 * Runs a class on each of its backends, and makes a {@link TestKafka} for each test that has one
 * among its parameters.
 */
final class EventsExtension
    implements ClassTemplateInvocationContextProvider,
        BeforeEachCallback,
        ParameterResolver,
        TestExecutionExceptionHandler,
        AfterEachCallback {
  private static final Namespace NAMESPACE = Namespace.create(EventsExtension.class);
  private static final String SETTING = "events.testkit.kafka";

  @Override
  public boolean supportsClassTemplate(ExtensionContext context) {
    return true;
  }

  @Override
  public Stream<ClassTemplateInvocationContext> provideClassTemplateInvocationContexts(
      ExtensionContext context) {
    return backends(context).stream().map(Invocation::new);
  }

  private record Invocation(Backend backend) implements ClassTemplateInvocationContext {
    @Override
    public String getDisplayName(int invocationIndex) {
      return backend.label();
    }

    @Override
    public void prepareInvocation(ExtensionContext context) {
      context.getStore(NAMESPACE).put(Backend.class, backend);
    }
  }

  private static Set<Backend> backends(ExtensionContext context) {
    return context
        .getConfigurationParameter(SETTING)
        .map(value -> Backend.parse(SETTING, value))
        .orElseGet(() -> new LinkedHashSet<>(List.of(annotation(context).on())));
  }

  /** Of the method, else of its class or the class around that. */
  private static EventsTest annotation(ExtensionContext context) {
    return AnnotationSupport.findAnnotation(context.getElement(), EventsTest.class)
        .or(
            () ->
                AnnotationSupport.findAnnotation(
                    context.getRequiredTestClass(),
                    EventsTest.class,
                    context.getEnclosingTestClasses()))
        .orElseThrow();
  }

  /** Here and not where a parameter is made: what aborts there counts as failed. */
  @Override
  public void beforeEach(ExtensionContext context) {
    Backend backend = backend(context);
    if (backend != Backend.MEMORY) {
      cluster(backend, context);
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == TestKafka.class
        && context.getTestMethod().isPresent();
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return store(context).computeIfAbsent(TestKafka.class, type -> kafka(context), TestKafka.class);
  }

  /** By test: a store also answers with what is in that of the class around it. */
  private static Store store(ExtensionContext context) {
    return context.getStore(NAMESPACE.append(context.getUniqueId()));
  }

  private static TestKafka kafka(ExtensionContext context) {
    Backend backend = backend(context);
    return new TestKafka(
        backend,
        backend == Backend.MEMORY
            ? new MemoryBackend(context.getUniqueId().hashCode())
            : new BrokerBackend(cluster(backend, context)));
  }

  private static Backend backend(ExtensionContext context) {
    Backend ofInvocation = context.getStore(NAMESPACE).get(Backend.class, Backend.class);
    if (ofInvocation != null) {
      return ofInvocation;
    }
    Set<Backend> backends = backends(context);
    if (backends.size() != 1) {
      throw new IllegalArgumentException(
          "%s is to run on %s, and one method alone runs on one; put @EventsTest on the class"
              .formatted(context.getDisplayName(), backends));
    }
    return backends.iterator().next();
  }

  /** One for all tests; it ends with them. */
  private static RealCluster cluster(Backend backend, ExtensionContext context) {
    RealCluster cluster =
        context
            .getRoot()
            .getStore(NAMESPACE)
            .computeIfAbsent(backend, each -> RealCluster.of(backend, context), RealCluster.class);
    String missing = cluster.missing();
    if (missing != null) {
      throw isDemanded(backend, context)
          ? new IllegalStateException(
              "%s is demanded by %s and is not there: %s"
                  .formatted(backend.label(), RealCluster.DEMAND, missing))
          : new TestAbortedException("%s is not there: %s".formatted(backend.label(), missing));
    }
    return cluster;
  }

  private static boolean isDemanded(Backend backend, ExtensionContext context) {
    return context
        .getConfigurationParameter(RealCluster.DEMAND)
        .map(value -> Backend.parse(RealCluster.DEMAND, value).contains(backend))
        .orElse(false);
  }

  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    TestKafka kafka = store(context).get(TestKafka.class, TestKafka.class);
    if (kafka != null
        && !(failure instanceof TestAbortedException)
        && !Flight.isIn(failure.getMessage())) {
      failure.addSuppressed(new LastActions(kafka.lastActions()));
    }
    throw failure;
  }

  @Override
  public void afterEach(ExtensionContext context) {
    TestKafka kafka = store(context).remove(TestKafka.class, TestKafka.class);
    if (kafka == null) {
      return;
    }
    try {
      kafka.close();
      if (context.getExecutionException().isEmpty()) {
        kafka.faults().requireAllHappened();
        check(kafka, context);
      }
    } finally {
      kafka.closeBackend();
    }
  }

  private static void check(TestKafka kafka, ExtensionContext context) {
    String unchecked = annotation(context).unchecked();
    if (unchecked.isBlank()) {
      kafka
          .checker()
          .notJudged()
          .forEach(line -> context.publishReportEntry("events-testkit", line));
      kafka.check();
    } else {
      context.publishReportEntry("events-testkit", "nothing is judged: " + unchecked);
    }
  }
}
