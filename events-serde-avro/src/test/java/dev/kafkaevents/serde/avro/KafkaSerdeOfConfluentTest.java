package dev.kafkaevents.serde.avro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaevents.Headers;
import dev.kafkaevents.SerdeException;
import dev.kafkaevents.Topic;
import dev.kafkaevents.UnavailableException;
import dev.kafkaevents.core.KafkaSerde;
import dev.kafkaevents.serde.avro.generated.Small;
import dev.kafkaevents.spi.Serde;
import dev.kafkaevents.testkit.registry.TestRegistry;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Confluent's own serializers, plugged in by their names and nothing else. */
@Timeout(60)
class KafkaSerdeOfConfluentTest {
  private static final String TOPIC = "events";

  private final TestRegistry server = TestRegistry.start();
  private final SchemaRegistry registry = SchemaRegistry.builder(server.url()).build();
  private ClassLoader loader;
  private KafkaSerde confluent;

  @BeforeEach
  void open() throws Exception {
    loader = Confluent.onOurKafka();
    confluent = confluent(Map.of());
  }

  private KafkaSerde confluent(Map<String, Object> more) {
    Map<String, Object> settings = new HashMap<>(Map.of("schema.registry.url", server.url()));
    settings.putAll(more);
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      return KafkaSerde.of(
              "io.confluent.kafka.serializers.KafkaAvroSerializer",
              "io.confluent.kafka.serializers.KafkaAvroDeserializer",
              settings)
          .withContentType("application/avro");
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @AfterEach
  void close() {
    confluent.close();
    server.close();
  }

  @SuppressWarnings("unchecked") // made for that topic
  private static Serde<Object> serde(KafkaSerde serde) {
    return (Serde<Object>) serde.create(Topic.of(TOPIC, Object.class));
  }

  private static byte[] write(KafkaSerde serde, Object payload) {
    return serde(serde).encode(payload, (name, value) -> {});
  }

  private static Object read(KafkaSerde serde, byte[] bytes) {
    return serde(serde).decode(bytes, Object.class, Headers.empty());
  }

  @Test
  void writesWhatOursReads_andReadsWhatOursWrites() {
    Avro<String> text = Avro.of(String.class, registry);

    assertThat(write(confluent, "text é")).isEqualTo(text.write("text é").value());
    assertThat(text.read(write(confluent, "text é"))).isEqualTo("text é");
    assertThat(read(confluent, text.write("text é").value())).isEqualTo("text é");
  }

  @Test
  void recordThatItRead_isWrittenBackAsItWas() {
    Avro<Small> ours = Avro.of(Small.class, registry);
    byte[] written = ours.write(new Small("ab", 5)).value();
    Object generic = read(confluent, written);

    assertThat(generic).hasToString("{\"id\": \"ab\", \"count\": 5}");
    assertThat(generic.getClass().getClassLoader()).isSameAs(loader);
    assertThat(write(confluent, generic)).isEqualTo(written);
    assertThat(ours.read(write(confluent, generic))).isEqualTo(new Small("ab", 5));
  }

  @Test
  void onAThreadThatHasAnotherContextClassLoader_worksAsWell() throws Exception {
    byte[] written = Avro.of(Small.class, registry).write(new Small("ab", 5)).value();
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try {
      Object read =
          threads
              .submit(
                  () -> {
                    Thread.currentThread()
                        .setContextClassLoader(ClassLoader.getPlatformClassLoader());
                    return read(confluent, written);
                  })
              .get(30, TimeUnit.SECONDS);
      assertThat(read).hasToString("{\"id\": \"ab\", \"count\": 5}");
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void badBytes_areASerdeException() {
    byte[] written = Avro.of(Small.class, registry).write(new Small("ab", 5)).value();

    for (byte[] bad :
        List.of(
            new byte[0],
            "{\"id\":\"ab\"}".getBytes(java.nio.charset.StandardCharsets.UTF_8),
            Arrays.copyOf(written, written.length - 2),
            new byte[] {0, 0, 0, 99, 99, 1, 2})) {
      assertThatThrownBy(() -> read(confluent, bad))
          .as("%s bytes", bad.length)
          .isInstanceOf(SerdeException.class);
    }
  }

  @Test
  void schemaThatTheRegistryRefuses_isASerdeException_withTheStatus() {
    write(confluent, "text");

    assertThatThrownBy(() -> write(confluent, 5L))
        .isInstanceOf(SerdeException.class)
        .hasMessageContaining("RestClientException with status 409");
  }

  @Test
  void registryThatIsGone_isUnavailable_andWhatIsKnownGoesOn() {
    byte[] text = write(confluent, "text");
    byte[] small =
        Avro.of(Small.class, registry, AvroOptions.register().withNaming(SubjectNaming.RECORD))
            .write(new Small("ab", 5))
            .value();
    assertThat(read(confluent, text)).isEqualTo("text");
    server.close();

    assertThatThrownBy(() -> read(confluent, small))
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining("java.net.ConnectException");
    assertThat(read(confluent, text)).isEqualTo("text");
    assertThat(write(confluent, "text")).isEqualTo(text);
  }

  @Test
  void configurationIsTheirs() {
    try (KafkaSerde lookingUp = confluent(Map.of("auto.register.schemas", false))) {
      assertThatThrownBy(() -> write(lookingUp, "text"))
          .isInstanceOf(SerdeException.class)
          .hasMessageContaining("status 404");
      write(confluent, "text");
      assertThat(write(lookingUp, "text")).hasSize(10);
    }
  }
}
