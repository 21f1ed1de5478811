package dev.kafkaevents.testkit.assertions;

import dev.kafkaevents.testkit.junit.TestKafka;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

/** What all of them have: a failure that ends with the last actions. */
abstract class EventsAssert<S extends EventsAssert<S, A>, A> extends AbstractAssert<S, A> {
  final TestKafka kafka;

  EventsAssert(TestKafka kafka, A actual, Class<S> self) {
    super(actual, self);
    this.kafka = kafka;
  }

  @SuppressWarnings("AnnotateFormatMethod") // for which all users would have a dependency more
  final S require(boolean so, String otherwise, @Nullable Object... of) {
    if (!so) {
      throw failure("%s", otherwise.formatted(of) + System.lineSeparator() + kafka.lastActions());
    }
    return myself;
  }
}
