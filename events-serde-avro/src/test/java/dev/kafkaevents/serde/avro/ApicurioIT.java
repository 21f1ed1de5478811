package dev.kafkaevents.serde.avro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.kafkaevents.SerdeException;
import dev.kafkaevents.serde.avro.generated.Order;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Apicurio's registry 3.3.3, the real one, through both versions of its compatible API. */
@Timeout(300)
class ApicurioIT {
  private static Apicurio apicurio;

  @BeforeAll
  static void start(@TempDir Path directory) throws Exception {
    Optional<Path> java = Apicurio.java();
    assumeTrue(
        java.isPresent(), "NOT RUN: Apicurio needs Java 21 or later, and none is beside this one");
    apicurio = Apicurio.start(java.get(), directory).compatible();
  }

  @AfterAll
  static void stop() throws Exception {
    if (apicurio != null) {
      apicurio.close();
    }
  }

  /** What the two have in common. */
  abstract static class Contract extends SchemasContract {
    private final String url;
    private final SchemaRegistry registry;

    Contract(String version) {
      url = apicurio.url(version);
      registry = SchemaRegistry.builder(url).build();
    }

    @Override
    Schemas schemas() {
      return registry;
    }

    @Override
    boolean hasGuids() {
      return false;
    }

    @Test
    void versions_arePreloaded() {
      registry.register("preloaded-value", V1);
      int id = registry.register("preloaded-value", V2).id();
      SchemaRegistry other = SchemaRegistry.builder(url).build();
      other.preload("preloaded-value");

      assertThat(other.latest("preloaded-value").id()).isEqualTo(id);
    }
  }

  @Nested
  class Version7 extends Contract {
    Version7() {
      super("v7");
    }
  }

  @Nested
  class Version8 extends Contract {
    Version8() {
      super("v8");
    }
  }

  @Test
  void confluentsSerializers_onTheSameRegistry_writeTheSameBytes() throws Exception {
    SchemaRegistry registry = SchemaRegistry.builder(apicurio.url("v7")).build();
    Avro<Order> ours = Avro.of(Order.class, registry);
    byte[] value = ours.write(AvroRecordsTest.order()).value();

    try (Confluent confluent = new Confluent(Map.of("schema.registry.url", apicurio.url("v7")))) {
      String json = (String) confluent.read("events", value);
      String schema = JavaProperties.without(Order.getClassSchema());
      assertThat(confluent.write("events", schema, json)).isEqualTo(value);
    }
  }

  @Test
  void guidHeader_isRefusedClearly() {
    SchemaRegistry registry = SchemaRegistry.builder(apicurio.url("v8")).build();
    Avro<String> avro =
        Avro.of(
            String.class,
            registry,
            AvroOptions.register().withNaming((topic, schema) -> "guid-value").withGuidHeader());

    assertThatThrownBy(() -> avro.write("x"))
        .isInstanceOf(SerdeException.class)
        .hasMessageContaining("this registry gives none");
  }
}
