package dev.kafkaevents.contracts;

import dev.kafkaevents.testkit.junit.Backend;
import dev.kafkaevents.testkit.junit.EventsTest;
import java.util.List;

/** The same on a broker, where joining a group takes its time: so with some of the samples. */
@EventsTest(on = Backend.BROKER)
final class ShippingContractIT extends ShippingContractTest {
  @Override
  List<Case> cases() {
    return super.cases().stream()
        .filter(each -> each.name().matches("full in v2|invalid .*"))
        .toList();
  }
}
