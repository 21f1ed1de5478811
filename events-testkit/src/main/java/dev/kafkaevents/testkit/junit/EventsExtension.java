package dev.kafkaevents.testkit.junit;

import dev.kafkaevents.testkit.KafkaBroker;
import java.util.Locale;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** Makes a {@link TestKafka} for each test that has one among its parameters. */
final class EventsExtension implements ParameterResolver, AfterEachCallback {
  private static final Namespace NAMESPACE = Namespace.create(EventsExtension.class);
  private static final String SETTING = "events.testkit.kafka";

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
    long seed = context.getUniqueId().hashCode();
    return backend(context) == Backend.MEMORY
        ? new TestKafka(new MemoryBackend(seed))
        : new TestKafka(new BrokerBackend(broker(context)));
  }

  private static Backend backend(ExtensionContext context) {
    return context
        .getConfigurationParameter(SETTING)
        .map(EventsExtension::parse)
        .orElseGet(() -> annotated(context));
  }

  private static Backend parse(String setting) {
    try {
      return Backend.valueOf(setting.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          SETTING + " is " + setting + ", must be memory or broker", e);
    }
  }

  private static Backend annotated(ExtensionContext context) {
    return AnnotationSupport.findAnnotation(context.getElement(), EventsTest.class)
        .or(
            () ->
                AnnotationSupport.findAnnotation(context.getRequiredTestClass(), EventsTest.class))
        .map(EventsTest::on)
        .orElse(Backend.MEMORY);
  }

  /** One for all tests; it ends with them. */
  private static KafkaBroker broker(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .computeIfAbsent(SharedBroker.class, type -> new SharedBroker(), SharedBroker.class)
        .broker;
  }

  private static final class SharedBroker implements AutoCloseable {
    final KafkaBroker broker = KafkaBroker.start();

    @Override
    public void close() {
      broker.close();
    }
  }

  @Override
  public void afterEach(ExtensionContext context) {
    TestKafka kafka = store(context).remove(TestKafka.class, TestKafka.class);
    if (kafka != null) {
      kafka.close();
      if (context.getExecutionException().isEmpty()) {
        kafka.faults().requireAllHappened();
      }
    }
  }
}
