package dev.kafkaevents.testkit.junit;

import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/** Apart from the others: only where Testcontainers is, this can be loaded. */
final class KafkaInContainer {
  private KafkaInContainer() {}

  static RealCluster start(String image) {
    if (!DockerClientFactory.instance().isDockerAvailable()) {
      return new RealCluster("", "no Docker engine answers", false, () -> {});
    }
    KafkaContainer container =
        new KafkaContainer(DockerImageName.parse(image).asCompatibleSubstituteFor("apache/kafka"));
    container.start();
    return new RealCluster(container.getBootstrapServers(), null, false, container::stop);
  }
}
