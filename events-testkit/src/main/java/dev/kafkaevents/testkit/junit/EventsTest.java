package dev.kafkaevents.testkit.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.ClassTemplate;
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
 * <p>After the test its events are closed, and it fails if a fault that was asked for never
 * happened, or if what events promise was broken: an event lost, a key out of order, an offset
 * committed before its event was settled, a repeat without a reason. A failure of any kind ends
 * with the last actions of the test. Tests may run in parallel.
 *
 * <p>On several backends the class runs once on each. On a method it gives that one test a {@link
 * TestKafka}, on one backend.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@ClassTemplate
@ExtendWith(EventsExtension.class)
public @interface EventsTest {
  /**
   * What to run on, in that order. JUnit's configuration parameter {@code events.testkit.kafka},
   * which may be a system property, overrules it: a list such as {@code memory,broker}.
   */
  Backend[] on() default Backend.MEMORY;

  /**
   * Why it is right that the test breaks what events promise, which is then not judged. Goes into
   * the report. Judged unless given.
   */
  String unchecked() default "";
}
