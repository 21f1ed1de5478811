package dev.kafkaevents.testkit.memory;

import dev.kafkaevents.testkit.KafkaBroker;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;

/** The answers are those of a real broker, and not of an older one. */
@Timeout(240)
final class BrokerAnswersIT extends Answers {
  private final KafkaBroker broker =
      KafkaBroker.builder().setting("group.min.session.timeout.ms", "100").start();

  private final Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));

  @Override
  Lab lab(boolean groupsOfTheBroker) {
    return new RealLab(broker, admin, groupsOfTheBroker);
  }

  @Override
  String name() {
    return "broker";
  }

  @Override
  int times() {
    return 3;
  }

  @AfterAll
  void stopBroker() {
    admin.close(Duration.ofSeconds(1));
    broker.close();
  }
}
