package com.acme.shop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaevents.testkit.KafkaBroker;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The jar, in a process of its own, as production runs and stops it. */
@Timeout(240)
class DemoIT {
  @Test
  void allHappens_thatTheDemonstrationShows_onAClusterOfOthers() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Path jar = Path.of("target/service-1.jar");

    try (KafkaBroker cluster = KafkaBroker.start();
        Surroundings surroundings = Surroundings.on(cluster.bootstrapServers())) {
      boolean isGood = Demo.run(jar, surroundings, new PrintStream(out, true, UTF_8));

      assertThat(isGood).as(out.toString(UTF_8)).isTrue();
      try (Admin admin =
          Admin.create(Map.<String, Object>of("bootstrap.servers", cluster.bootstrapServers()))) {
        Set<String> topics = admin.listTopics().names().get();
        assertThat(topics).hasSize(4).allMatch(topic -> topic.startsWith(surroundings.prefix()));
      }
    }
  }
}
