package dev.kafkaevents.serde.avro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.kafkaevents.SerdeException;
import dev.kafkaevents.UnavailableException;
import dev.kafkaevents.serde.avro.generated.Small;
import dev.kafkaevents.testkit.registry.TestRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The client when all is not well. */
@Timeout(60)
class SchemaRegistryTest {
  private static final Duration SHORT = Duration.ofMillis(400);
  private static final String SUBJECT = "events-value";

  private final TestRegistry server = TestRegistry.start();
  private final AtomicLong clock = new AtomicLong();

  @AfterEach
  void close() {
    server.close();
  }

  private SchemaRegistry patient() {
    return SchemaRegistry.builder(server.url()).build();
  }

  /** For what has to fail; what has to work gets the time that a busy machine takes. */
  private SchemaRegistry.Builder impatient(String... urls) {
    return SchemaRegistry.builder(urls).deadline(SHORT);
  }

  /** A port that nobody listens on. */
  private static String dead() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "http://localhost:" + socket.getLocalPort();
    }
  }

  private long countOf(String request) {
    return server.requests().stream().filter(request::equals).count();
  }

  @Test
  void deadUrl_isPassedAtOnce_andNotTriedFirstAgain() throws IOException {
    SchemaRegistry registry = SchemaRegistry.builder(dead(), server.url()).build();

    int id = registry.register(SUBJECT, SchemasContract.V1).id();

    assertThat(registry.byId(id).schema()).isEqualTo(SchemasContract.V1);
  }

  @Test
  void brokenUrl_isPassed() {
    try (TestRegistry broken = TestRegistry.start()) {
      for (int status : List.of(500, 502, 503, 429, 408)) {
        broken.answerNext(status, "<html>");
      }
      SchemaRegistry registry = SchemaRegistry.builder(broken.url(), server.url()).build();

      assertThat(registry.register(SUBJECT, SchemasContract.V1).id()).isEqualTo(1);
      assertThat(server.requests()).hasSize(1);
    }
  }

  @Test
  void passingTrouble_isTriedAgain_withinTheDeadline() {
    server.answerNext(503, "");
    server.answerNext(500, "");

    assertThat(patient().register(SUBJECT, SchemasContract.V1).id()).isEqualTo(1);
    assertThat(server.requests()).hasSize(3);
  }

  @Test
  void outage_isUnavailable_andNoWordOfTheCredentials() throws IOException {
    String dead = dead();
    SchemaRegistry registry =
        SchemaRegistry.builder(dead.replace("//", "//user:secret@"))
            .deadline(Duration.ofSeconds(2))
            .build();

    assertThatThrownBy(() -> registry.byId(1))
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining(dead + "=ConnectException")
        .hasMessageContaining("PT2S")
        .hasMessageNotContaining("secret");
  }

  @Test
  void serverThatHangs_isUnavailable_andKnownSchemasKeepWorking() {
    SchemaRegistry registry = impatient(server.url()).deadline(Duration.ofSeconds(2)).build();
    Avro<Small> avro = Avro.of(Small.class, registry);
    Avro.Written written = avro.write(new Small("ab", 1));
    avro.read(written);
    server.hang();

    assertThatThrownBy(() -> registry.byId(99))
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining("within PT2S");
    assertThat(avro.copy(new Small("cd", 2))).isEqualTo(new Small("cd", 2));
    server.resume();
    assertThatThrownBy(() -> registry.byId(99)).isInstanceOf(SerdeException.class);
  }

  @Test
  void outage_isNotRemembered() {
    SchemaRegistry registry = impatient(server.url()).deadline(Duration.ofSeconds(2)).build();
    server.hang();
    assertThatThrownBy(() -> registry.register(SUBJECT, SchemasContract.V1))
        .isInstanceOf(UnavailableException.class);
    server.resume();

    assertThat(registry.register(SUBJECT, SchemasContract.V1).id()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 302, 405, 404})
  void answerThatIsNotOfARegistry_saysNothingAboutTheEvent(int status) {
    for (int i = 0; i < 10; i++) {
      server.answerNext(status, "<html>nothing here</html>");
    }

    assertThatThrownBy(() -> patient().byId(1))
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining(String.valueOf(status));
  }

  @Test
  void pageThatIsNotJson_saysNothingAboutTheEvent() {
    server.answerNext(200, "<html>welcome</html>");

    assertThatThrownBy(() -> patient().byId(1))
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining("not JSON");
  }

  @Test
  void wrongCredentials_areToldAtOnce_andRightOnesAreTaken() {
    server.requireAuthorization("Basic dXNlcjpwYXNz");
    long start = System.nanoTime();

    assertThatThrownBy(() -> SchemaRegistry.builder(server.url()).build().byId(1))
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining("credentials");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    SchemaRegistry right = SchemaRegistry.builder(server.url()).basicAuth("user", "pass").build();
    assertThat(right.register(SUBJECT, SchemasContract.V1).id()).isEqualTo(1);
    String url = server.url().replace("//", "//user:pass@");
    assertThat(SchemaRegistry.builder(url).build().byId(1).id()).isEqualTo(1);
  }

  @Test
  void authorization_isAskedForEachRequest() {
    AtomicInteger count = new AtomicInteger();
    SchemaRegistry registry =
        SchemaRegistry.builder(server.url())
            .authorization(() -> "Bearer t" + count.incrementAndGet())
            .build();
    server.requireAuthorization("Bearer t1");
    registry.register(SUBJECT, SchemasContract.V1);
    server.requireAuthorization("Bearer t2");

    assertThat(registry.byId(1).schema()).isEqualTo(SchemasContract.V1);
  }

  @Test
  void authorizationThatFails_isUnavailable() {
    SchemaRegistry registry =
        SchemaRegistry.builder(server.url())
            .authorization(
                () -> {
                  throw new IllegalStateException("secret");
                })
            .build();

    assertThatThrownBy(() -> registry.byId(1))
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining("IllegalStateException")
        .hasMessageNotContaining("secret");
  }

  @Test
  void idThatIsNotThereYet_isAskedForAgain() {
    patient().register(SUBJECT, SchemasContract.V1);
    server.answerNext(404, "{\"error_code\":40403,\"message\":\"not yet\"}");

    assertThat(patient().byId(1).schema()).isEqualTo(SchemasContract.V1);
  }

  @Test
  void no_isBelievedForSeconds_andThenAskedAgain() {
    SchemaRegistry registry = SchemaRegistry.builder(server.url()).nanos(clock::get).build();
    assertThatThrownBy(() -> registry.byId(1)).isInstanceOf(SerdeException.class);
    int asked = server.requests().size();
    patient().register(SUBJECT, SchemasContract.V1);

    assertThatThrownBy(() -> registry.byId(1)).isInstanceOf(SerdeException.class);
    assertThat(server.requests()).hasSize(asked + 1);
    clock.addAndGet(TimeUnit.SECONDS.toNanos(5));
    assertThat(registry.byId(1).schema()).isEqualTo(SchemasContract.V1);
  }

  @Test
  void manyThreads_thatWantTheSame_askOnce() throws Exception {
    patient().register(SUBJECT, SchemasContract.V1);
    SchemaRegistry registry = patient();
    ExecutorService threads = Executors.newFixedThreadPool(8);
    server.hang();
    try {
      List<Future<RegisteredSchema>> answers = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        answers.add(threads.submit(() -> registry.byId(1)));
      }
      await().until(() -> countOf("GET /schemas/ids/1") == 1);
      server.resume();
      for (Future<RegisteredSchema> answer : answers) {
        assertThat(answer.get(20, TimeUnit.SECONDS).schema()).isEqualTo(SchemasContract.V1);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(countOf("GET /schemas/ids/1")).isEqualTo(1);
  }

  @Test
  void differentQuestions_doNotWaitForEachOther() throws Exception {
    SchemaRegistry registry = SchemaRegistry.builder(server.url()).build();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    server.hang();
    try {
      for (int id = 1; id <= 4; id++) {
        int each = id;
        threads.execute(() -> registry.byId(each));
      }
      await().until(() -> server.requests().size() == 4);
    } finally {
      server.resume();
      threads.shutdownNow();
    }
  }

  @Test
  void interruption_endsTheWait_keepsTheFlag_andIsNoAnswerForOthers() throws Exception {
    patient().register(SUBJECT, SchemasContract.V1);
    SchemaRegistry registry = patient();
    server.hang();
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    AtomicReference<Boolean> flag = new AtomicReference<>();
    Thread leader =
        new Thread(
            () -> {
              try {
                registry.byId(1);
              } catch (UnavailableException e) {
                thrown.set(e);
              }
              flag.set(Thread.currentThread().isInterrupted());
            });
    leader.start();
    await().until(() -> countOf("GET /schemas/ids/1") == 1);
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try {
      Future<RegisteredSchema> follower = threads.submit(() -> registry.byId(1));
      leader.interrupt();
      leader.join();
      server.resume();

      assertThat(thrown.get()).isInstanceOf(UnavailableException.class);
      assertThat(flag.get()).isTrue();
      assertThat(follower.get(20, TimeUnit.SECONDS).schema()).isEqualTo(SchemasContract.V1);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void latest_isAskedAgainInTheBackground_andKeptDuringAnOutage() {
    SchemaRegistry registry =
        SchemaRegistry.builder(server.url())
            .nanos(clock::get)
            .latestTtl(Duration.ofSeconds(30))
            .build();
    registry.register(SUBJECT, SchemasContract.V1);
    assertThat(registry.latest(SUBJECT).id()).isEqualTo(1);
    patient().register(SUBJECT, SchemasContract.V2);

    assertThat(registry.latest(SUBJECT).id()).isEqualTo(1);
    clock.addAndGet(TimeUnit.SECONDS.toNanos(30));
    await().until(() -> registry.latest(SUBJECT).id() == 2);
    server.close();
    clock.addAndGet(TimeUnit.SECONDS.toNanos(30));
    assertThat(registry.latest(SUBJECT).id()).isEqualTo(2);
  }

  @Test
  void register_forgetsTheLatest() {
    SchemaRegistry registry = patient();
    registry.register(SUBJECT, SchemasContract.V1);
    registry.latest(SUBJECT);
    registry.register(SUBJECT, SchemasContract.V2);

    assertThat(registry.latest(SUBJECT).id()).isEqualTo(2);
  }

  @Test
  void pathOfTheUrl_isKept() {
    server.below("/apis/ccompat/v7");
    SchemaRegistry registry = SchemaRegistry.builder(server.url() + "/").build();

    assertThat(registry.register(SUBJECT, SchemasContract.V1).id()).isEqualTo(1);
    assertThat(server.requests())
        .containsExactly("POST /apis/ccompat/v7/subjects/events-value/versions");
  }

  @Test
  void context_hasItsOwnSubjectsAndIds() {
    SchemaRegistry plain = patient();
    SchemaRegistry staging = SchemaRegistry.builder(server.url()).context(".staging").build();
    plain.register(SUBJECT, SchemasContract.V1);
    staging.register(SUBJECT, SchemasContract.V2);

    assertThat(plain.byId(1).schema()).isEqualTo(SchemasContract.V1);
    assertThat(staging.byId(1).schema()).isEqualTo(SchemasContract.V2);
    assertThat(staging.latest(SUBJECT).schema()).isEqualTo(SchemasContract.V2);
  }

  @Test
  void headers_andNormalization_areSent() {
    SchemaRegistry registry =
        SchemaRegistry.builder(server.url())
            .normalize()
            .header("Authorization", "of a gateway")
            .build();
    server.requireAuthorization("of a gateway");
    registry.register(SUBJECT, SchemasContract.V1);

    assertThat(server.requests())
        .containsExactly("POST /subjects/events-value/versions?normalize=true");
  }

  @Test
  void proxy_isUsedIfGiven() {
    URI proxy = URI.create(server.url());
    SchemaRegistry registry =
        SchemaRegistry.builder("http://registry.invalid")
            .proxy(ProxySelector.of(new InetSocketAddress(proxy.getHost(), proxy.getPort())))
            .build();

    assertThat(registry.register(SUBJECT, SchemasContract.V1).id()).isEqualTo(1);
  }

  @Test
  void references_areResolved_oneAfterTheOther() throws Exception {
    post(
        "/subjects/line/versions",
        "{'type':'record','name':'Line','fields':[{'name':'sku','type':'string'}]}",
        "");
    post(
        "/subjects/box/versions",
        "{'type':'record','name':'Box','fields':[{'name':'line','type':'Line'}]}",
        ref("Line", "line"));
    post("/subjects/all/versions", "['Box','Line']", ref("Line", "line") + "," + ref("Box", "box"));

    assertThat(patient().byId(3).schema().getTypes())
        .extracting(Schema::getName)
        .containsExactly("Box", "Line");
    assertThat(patient().byId(2).schema().getField("line").schema().getField("sku")).isNotNull();
  }

  private static String ref(String name, String subject) {
    return "{\"name\":\"%s\",\"subject\":\"%s\",\"version\":1}".formatted(name, subject);
  }

  private void post(String path, String schema, String references) throws Exception {
    String body =
        "{\"schema\":\"%s\",\"references\":[%s]}"
            .formatted(schema.replace("'", "\\\""), references);
    HttpResponse<String> response =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(server.url() + path))
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
  }

  @Test
  void schemaWithRules_isRefused_bothWays() {
    server.answerNext(
        200,
        """
        {"id":1,"schema":"\\"string\\"",
         "ruleSet":{"domainRules":[{"name":"encryptPII","kind":"TRANSFORM"}]}}""");
    Avro<String> reader = Avro.of(String.class, patient());

    assertThatThrownBy(() -> reader.read("00000000010461"))
        .isInstanceOf(SerdeException.class)
        .hasMessageContaining("encryptPII");
    server.answerNext(200, "{\"id\":7,\"ruleSet\":{\"migrationRules\":[{\"name\":\"upgrade\"}]}}");
    assertThatThrownBy(() -> Avro.of(String.class, patient()).write("x"))
        .isInstanceOf(SerdeException.class)
        .hasMessageContaining("upgrade");
  }

  @Test
  void schemaOfAnotherKind_orNone_isANo() {
    server.answerNext(200, "{\"schemaType\":\"PROTOBUF\",\"schema\":\"syntax\"}");
    assertThatThrownBy(() -> patient().byId(1))
        .isInstanceOf(SerdeException.class)
        .hasMessageContaining("PROTOBUF");
    server.answerNext(200, "{\"schema\":\"{\\\"type\\\":\\\"nonsense\\\"}\"}");
    assertThatThrownBy(() -> patient().byId(2))
        .isInstanceOf(SerdeException.class)
        .hasMessageContaining("not a schema of Avro");
  }

  @Test
  void endlessAnswer_isCutOff() {
    server.answerNext(200, "\"" + "x".repeat(17 << 20) + "\"");
    server.answerNext(200, "{\"schema\":\"\\\"string\\\"\"}");

    assertThat(patient().byId(1).schema().getName()).isEqualTo("string");
    assertThat(server.requests()).hasSize(2);
  }

  @Test
  void preloaded_isReadAndWrittenWithoutTheRegistry(@TempDir Path directory) throws IOException {
    RegisteredSchema first = patient().register(SUBJECT, SchemasContract.V1);
    RegisteredSchema second = patient().register(SUBJECT, SchemasContract.V2);
    SchemaRegistry registry =
        SchemaRegistry.builder(server.url()).cacheDirectory(directory).build();
    registry.preload(SUBJECT);
    server.close();

    assertThat(registry.byId(1).schema()).isEqualTo(SchemasContract.V1);
    assertThat(registry.byGuid(second.guid()).schema()).isEqualTo(SchemasContract.V2);
    assertThat(registry.lookup(SUBJECT, SchemasContract.V1).id()).isEqualTo(first.id());
    assertThat(registry.register(SUBJECT, SchemasContract.V2).id()).isEqualTo(second.id());
    assertThat(registry.latest(SUBJECT).id()).isEqualTo(second.id());

    SchemaRegistry restarted = impatient(dead()).cacheDirectory(directory).build();
    assertThat(restarted.byId(2).schema()).isEqualTo(SchemasContract.V2);
  }

  @Test
  void preload_ofWhatIsNotThere_isANo_andOfARegistryThatIsDown_anOutage() throws IOException {
    assertThatThrownBy(() -> patient().preload(SUBJECT))
        .isInstanceOf(SerdeException.class)
        .hasMessageContaining("the versions of subject events-value");
    SchemaRegistry down = impatient(dead()).build();
    assertThatThrownBy(() -> down.preload(SUBJECT)).isInstanceOf(UnavailableException.class);
  }

  @Test
  void schemasInFiles_needNoRegistry(@TempDir Path directory) throws IOException {
    Path files = directory.resolve("schemas");
    patient().register(SUBJECT, SchemasContract.V1);
    SchemaRegistry.builder(server.url()).cacheDirectory(files).build().byId(1);
    assertThat(files).isDirectoryContaining("glob:**/1.avsc");

    SchemaRegistry restarted = impatient(dead()).cacheDirectory(files).build();
    assertThat(restarted.byId(1).schema()).isEqualTo(SchemasContract.V1);
    Files.writeString(files.resolve("1.avsc"), "{broken");
    assertThatThrownBy(() -> impatient(dead()).cacheDirectory(files).build().byId(1))
        .isInstanceOf(UnavailableException.class);
    assertThat(SchemaRegistry.builder(server.url()).cacheDirectory(files).build().byId(1).schema())
        .isEqualTo(SchemasContract.V1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "localhost:8081", "ftp://a", "http://", "http://a b"})
  void urlThatIsNone_isRefused(String url) {
    assertThatThrownBy(() -> SchemaRegistry.builder(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("URL of the schema registry");
  }
}
