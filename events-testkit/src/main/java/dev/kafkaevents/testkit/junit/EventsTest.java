package dev.kafkaevents.testkit.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives each test of a class that asks for it a {@link TestKafka} of its own, as a parameter.
 *
 * <pre>{@code
 * @EventsTest
 * class BillingTest {
 *   @Test
 *   void anOrderIsBilledOnce(TestKafka kafka) {
 *     kafka.createTopic("orders", 3);
 *     Events events = kafka.events(b -> b.serde(JsonSerde.factory()));
 *     events.subscribe(ORDERS, "billing", billing);
 *     events.publish(ORDERS, new OrderPlaced("o-1"));
 *     kafka.settle();
 *     assertThat(billing.bills()).hasSize(1);
 *   }
 * }
 * }</pre>
 *
 * <p>After the test its events are closed, and a fault that was asked for and never happened fails
 * it. Tests may run in parallel.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@ExtendWith(EventsExtension.class)
public @interface EventsTest {
  /**
   * What to run on. JUnit's configuration parameter {@code events.testkit.kafka}, which may be a
   * system property, overrules it: {@code memory} or {@code broker}.
   */
  Backend on() default Backend.MEMORY;
}
