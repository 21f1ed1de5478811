package dev.kafkaevents.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaevents.Events;
import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.Headers;
import dev.kafkaevents.Message;
import dev.kafkaevents.core.KafkaClients;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.testkit.KafkaBroker;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What an operator is told when a real cluster does not do what is asked for. */
@Timeout(120)
class DeadLettersCommandIT {
  private static final String LIST = "list orders.dlq";
  private static final String REPLAY = "replay orders.dlq --to orders.billing.replay";

  private static KafkaBroker broker;
  private static Admin admin;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void start() {
    broker =
        KafkaBroker.builder()
            .setting(
                "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer")
            .setting("allow.everyone.if.no.acl.found", "true")
            .start();
    admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    for (String topic : List.of("orders.dlq", "orders.billing.replay", "orders.parked")) {
      broker.createTopic(topic, 1);
    }
    EventsConfig config = EventsConfig.of("billing", broker.bootstrapServers());
    try (Events events = KafkaEvents.builder(config).build()) {
      events
          .send(
              Message.of("orders.dlq", "o-1".getBytes(UTF_8), new byte[] {1})
                  .withHeaders(Headers.of("events-dlq-class", "rejected")))
          .join();
    }
  }

  @AfterAll
  static void stop() {
    admin.close();
    broker.close();
  }

  @AfterEach
  void unlock() throws Exception {
    admin.deleteAcls(List.of(AclBindingFilter.ANY)).all().get();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> admin.describeAcls(AclBindingFilter.ANY).values().get().isEmpty());
  }

  private int run(String servers, String command, String... more) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    CommandLine line = DeadLettersCommand.commandLine(KafkaClients.real());
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    List<String> words = new ArrayList<>(List.of("--bootstrap-servers", servers));
    words.addAll(List.of(command.split(" ")));
    words.addAll(List.of(more));
    return line.execute(words.toArray(new String[0]));
  }

  private void assertOneLine(String... parts) {
    assertThat(err.toString().lines()).hasSize(1).first().asString().contains(parts);
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void lettersOfARealCluster_areListed_replayedAndParked() {
    assertThat(run(broker.bootstrapServers(), LIST)).as(err.toString()).isZero();
    assertThat(out.toString()).contains("0@0", "1 letter");
    assertThat(run(broker.bootstrapServers(), REPLAY)).as(err.toString()).isZero();
    assertThat(out.toString()).contains("sent 1 letter(s) to orders.billing.replay");
    assertThat(run(broker.bootstrapServers(), "park orders.dlq --to orders.parked")).isZero();
    assertThat(out.toString()).contains("sent 1 letter(s) to orders.parked");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {LIST, "show orders.dlq", REPLAY, REPLAY + " --dry-run", "park orders.dlq --to p"})
  void aClusterThatIsGone_isNamed_withWhatToCheck(String command) throws IOException {
    String nobody;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = "localhost:" + free.getLocalPort();
    }
    assertThat(run(nobody, command, "--timeout", "1")).isEqualTo(1);
    assertOneLine(
        "no Kafka cluster answered at " + nobody + " within 1 s",
        "check the address, that it runs, and security.protocol");
  }

  @Test
  void aClusterThatTakesConnections_andAnswersNothing_isWaitedForAsLongAsAsked() {
    broker.freeze();
    try {
      assertThat(run(broker.bootstrapServers(), REPLAY, "--timeout", "1")).isEqualTo(1);
    } finally {
      broker.thaw();
    }
    assertOneLine("no Kafka cluster answered at " + broker.bootstrapServers() + " within 1 s");
  }

  @Test
  void anAddressThatNobodyHas_isSaid() {
    assertThat(run("nobody.invalid:9092", LIST)).isEqualTo(1);
    assertOneLine("orders.dlq can't be read from nobody.invalid:9092: No resolvable bootstrap");
  }

  @Test
  void whatIsNotAllowed_isNamed_andNothingIsSent() throws Exception {
    allowOnlyToSee(ResourceType.TOPIC, "orders.dlq");
    assertThat(run(broker.bootstrapServers(), LIST)).isEqualTo(1);
    assertOneLine("orders.dlq can't be read", "Not authorized to access topics: [orders.dlq]");

    unlock();
    allowOnlyToSee(ResourceType.GROUP, "at-night");
    assertThat(run(broker.bootstrapServers(), REPLAY, "--run", "at-night")).isEqualTo(1);
    assertOneLine("can't be committed", "Not authorized to access group: at-night");

    unlock();
    allowOnlyToSee(ResourceType.TOPIC, "orders.billing.replay");
    long sent = end("orders.billing.replay");
    assertThat(run(broker.bootstrapServers(), REPLAY, "--run", "by-day")).isEqualTo(1);
    assertOneLine("can't be sent to topic orders.billing.replay: not authorized to write to it");
    assertThat(end("orders.billing.replay")).isEqualTo(sent);

    unlock();
    for (String run : List.of("at-night", "by-day")) {
      assertThat(run(broker.bootstrapServers(), REPLAY, "--run", run, "--json")).isZero();
      assertThat(out.toString()).contains("\"sent\":1");
    }
    assertThat(end("orders.billing.replay")).isEqualTo(sent + 2);
  }

  private static long end(String topic) throws Exception {
    TopicPartition partition = new TopicPartition(topic, 0);
    return admin
        .listOffsets(Map.of(partition, OffsetSpec.latest()))
        .partitionResult(partition)
        .get()
        .offset();
  }

  /** Returns when the broker goes by it. */
  private static void allowOnlyToSee(ResourceType type, String name) throws Exception {
    AclBinding allowed =
        new AclBinding(
            new ResourcePattern(type, name, PatternType.LITERAL),
            new AccessControlEntry(
                "User:ANONYMOUS", "*", AclOperation.DESCRIBE, AclPermissionType.ALLOW));
    admin.createAcls(List.of(allowed)).all().get();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> admin.describeAcls(AclBindingFilter.ANY).values().get().contains(allowed));
  }
}
