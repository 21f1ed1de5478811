package dev.kafkaevents.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Users of a broker, and their passwords. */
@Timeout(120)
final class BrokerUsersIT {
  private static final String CANARY = "canary5d1e";

  private static KafkaBroker broker;

  @BeforeAll
  static void start() {
    broker = KafkaBroker.builder().user("shop", CANARY + "-first").start();
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"SCRAM-SHA-256", "SCRAM-SHA-512"})
  void password_isTaken_andAnotherIsRefused(String mechanism) throws Exception {
    broker.setPassword("guest", "let me in");

    logIn(mechanism, "guest", "let me in");
    assertThatThrownBy(() -> logIn(mechanism, "guest", "let me in!"))
        .cause()
        .isInstanceOf(SaslAuthenticationException.class);
    assertThatThrownBy(() -> logIn(mechanism, "nobody", "let me in"))
        .cause()
        .isInstanceOf(SaslAuthenticationException.class);
  }

  @Test
  void changedPassword_outlivesARestart_andTheFormerIsRefused() throws Exception {
    broker.setPassword("shop", CANARY + "-second");
    broker.restart();

    logIn("SCRAM-SHA-256", "shop", CANARY + "-second");
    assertThatThrownBy(() -> logIn("SCRAM-SHA-256", "shop", CANARY + "-first"))
        .cause()
        .isInstanceOf(SaslAuthenticationException.class);
  }

  @Test
  void passwordWithQuotes_isTakenAsItIs() {
    broker.setPassword("quoted", "a\"b\\c d;");
  }

  @Test
  void clientsElsewhere_stayAnonymous() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      assertThat(admin.describeCluster().nodes().get()).hasSize(1);
    }
  }

  @Test
  void passwords_areInNoFile() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(broker.log().getParent())) {
      files = all.filter(Files::isRegularFile).toList();
    }
    assertThat(files)
        .contains(broker.log())
        .noneMatch(file -> textOf(file).contains(CANARY))
        .anyMatch(file -> textOf(file).contains("shop"));
    assertThat(broker.toString()).doesNotContain(CANARY);
  }

  @Test
  void brokerWithoutUsers_saysSo() {
    try (KafkaBroker plain = KafkaBroker.start()) {
      assertThatThrownBy(plain::saslBootstrapServers)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("user(name, password)");
      assertThatThrownBy(() -> plain.setPassword("shop", CANARY))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageNotContaining(CANARY);
    }
  }

  private static String textOf(Path file) {
    try {
      return Files.readString(file, ISO_8859_1);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void logIn(String mechanism, String user, String password)
      throws ExecutionException, InterruptedException {
    String login =
        "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\" password=\"%s\";"
            .formatted(user, password);
    try (Admin admin =
        Admin.create(
            Map.of(
                "bootstrap.servers",
                broker.saslBootstrapServers(),
                "security.protocol",
                "SASL_PLAINTEXT",
                "sasl.mechanism",
                mechanism,
                "sasl.jaas.config",
                login))) {
      admin.describeCluster().clusterId().get();
    }
  }
}
