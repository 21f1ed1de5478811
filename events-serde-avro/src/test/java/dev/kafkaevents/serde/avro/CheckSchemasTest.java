package dev.kafkaevents.serde.avro;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaevents.SerdeException;
import dev.kafkaevents.serde.avro.generated.Small;
import dev.kafkaevents.testkit.registry.TestRegistry;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckSchemasTest {
  private final TestRegistry server = TestRegistry.start();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  record Narrower(int count) {}

  @AfterEach
  void close() {
    server.close();
  }

  private int run(Map<String, String> environment, String... arguments) {
    return CheckSchemas.run(new PrintStream(out, true, UTF_8), environment, arguments);
  }

  private String said() {
    return out.toString(UTF_8);
  }

  @Test
  void compatible_isZero_andNothingIsRegistered() {
    assertThat(run(Map.of(), server.url(), "s=" + Small.class.getName())).isZero();
    assertThat(said()).contains("s: " + Small.class.getName() + " is compatible");
    assertThat(server.requests()).noneMatch(request -> request.startsWith("POST /subjects"));
  }

  @Test
  void incompatible_isOne_withTheReasons(@TempDir Path directory) throws Exception {
    SchemaRegistry.builder(server.url()).build().register("s", Small.getClassSchema());
    Path file =
        Files.writeString(directory.resolve("R.avsc"), SchemasContract.INCOMPATIBLE.toString());

    assertThat(run(Map.of(), server.url(), "s=" + file, "t=" + file)).isEqualTo(1);
    assertThat(said()).contains("is NOT compatible", "NAME_MISMATCH", "t: " + file);
  }

  @Test
  void asALibraryCall() {
    InMemorySchemas schemas = new InMemorySchemas();
    schemas.register("s", Small.getClassSchema());

    assertThat(CheckSchemas.problems(schemas, "s", Small.class)).isEmpty();
    assertThat(CheckSchemas.problems(schemas, "s", Narrower.class)).isNotEmpty();
    assertThatThrownBy(() -> CheckSchemas.problems(schemas, "s", GenericRecord.class))
        .isInstanceOf(SerdeException.class);
  }

  @Test
  void credentials_comeFromTheEnvironment() {
    server.requireAuthorization("Basic dXNlcjpwYXNz");
    String argument = "s=" + Small.class.getName();

    assertThat(run(Map.of("SCHEMA_REGISTRY_USER_INFO", "user:pass"), server.url(), argument))
        .isZero();
    assertThat(run(Map.of("SCHEMA_REGISTRY_TOKEN", "wrong"), server.url(), argument)).isEqualTo(2);
    assertThat(said()).contains("credentials").doesNotContain("wrong");
  }

  @Test
  void whatCanNotBeFoundOut_isTwo() {
    assertThat(run(Map.of(), server.url())).isEqualTo(2);
    assertThat(run(Map.of(), server.url(), "s")).isEqualTo(2);
    assertThat(run(Map.of(), server.url(), "s=no.such.Class")).isEqualTo(2);
    assertThat(run(Map.of(), "nowhere", "s=" + Small.class.getName())).isEqualTo(2);
    assertThat(said()).contains("usage: ", "no.such.Class", "URL of the schema registry");
  }
}
