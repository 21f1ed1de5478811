package dev.kafkaevents.benchmarks;

import dev.kafkaevents.Headers;
import dev.kafkaevents.Topic;
import dev.kafkaevents.benchmarks.avro.Shipment;
import dev.kafkaevents.serde.avro.AvroSerde;
import dev.kafkaevents.serde.avro.SchemaRegistry;
import dev.kafkaevents.spi.Serde;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Who writes and reads Avro, all on the same Avro and the same classes; and what two threads come
 * to that do nothing but allocate.
 */
enum AvroContender {
  OURS {
    @Override
    @SuppressWarnings("unchecked") // the serde was made for a topic of that type
    Coder open(List<String> urls) {
      SchemaRegistry registry = SchemaRegistry.builder(urls.toArray(String[]::new)).build();
      Serde<Shipment> serde =
          (Serde<Shipment>)
              Objects.requireNonNull(
                  AvroSerde.factory(registry).create(Topic.of(TOPIC, Shipment.class)));
      return new Coder() {
        @Override
        public byte[] write(Shipment shipment) {
          return serde.encode(shipment, (name, value) -> {});
        }

        @Override
        public Shipment read(byte[] bytes) {
          return serde.decode(bytes, Shipment.class, Headers.empty());
        }
      };
    }
  },

  CONFLUENT {
    @Override
    @SuppressWarnings("unchecked") // both take any object
    Coder open(List<String> urls) throws Exception {
      allowGeneratedClasses();
      ClassLoader loader = loader();
      Serializer<Object> serializer =
          (Serializer<Object>) made(loader, "io.confluent.kafka.serializers.KafkaAvroSerializer");
      Deserializer<Object> deserializer =
          (Deserializer<Object>)
              made(loader, "io.confluent.kafka.serializers.KafkaAvroDeserializer");
      Map<String, Object> settings =
          Map.of("schema.registry.url", String.join(",", urls), "specific.avro.reader", true);
      serializer.configure(settings, false);
      deserializer.configure(settings, false);
      return new Coder() {
        @Override
        public byte[] write(Shipment shipment) {
          return serializer.serialize(TOPIC, shipment);
        }

        @Override
        public Shipment read(byte[] bytes) {
          return (Shipment) deserializer.deserialize(TOPIC, bytes);
        }
      };
    }
  },

  /** Without a registry and a prefix; each thread has a decoder and a buffer of its own. */
  AVRO_ALONE {
    @Override
    Coder open(List<String> urls) {
      allowGeneratedClasses();
      SpecificDatumWriter<Shipment> writer = new SpecificDatumWriter<>(Shipment.class);
      SpecificDatumReader<Shipment> reader = new SpecificDatumReader<>(Shipment.class);
      ThreadLocal<BinaryDecoder> decoders =
          ThreadLocal.withInitial(() -> DecoderFactory.get().binaryDecoder(new byte[0], null));
      ThreadLocal<ByteArrayOutputStream> buffers =
          ThreadLocal.withInitial(ByteArrayOutputStream::new);
      ThreadLocal<BinaryEncoder> encoders =
          ThreadLocal.withInitial(() -> EncoderFactory.get().binaryEncoder(buffers.get(), null));
      return new Coder() {
        @Override
        public byte[] write(Shipment shipment) {
          ByteArrayOutputStream buffer = buffers.get();
          buffer.reset();
          try {
            BinaryEncoder encoder = encoders.get();
            writer.write(shipment, encoder);
            encoder.flush();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          return buffer.toByteArray();
        }

        @Override
        public Shipment read(byte[] bytes) {
          try {
            return reader.read(null, DecoderFactory.get().binaryDecoder(bytes, decoders.get()));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      };
    }
  },

  /** Reads nothing, and allocates as many bytes as whoever makes the record. */
  ALLOCATION {
    @Override
    Coder open(List<String> urls) throws Exception {
      Coder avro = AVRO_ALONE.open(urls);
      Shipment shipment = AvroCoding.shipment();
      ThreadLocal<Object[]> latest = ThreadLocal.withInitial(() -> new Object[1]);
      return new Coder() {
        @Override
        public byte[] write(Shipment shipment) {
          return avro.write(shipment);
        }

        @Override
        public Shipment read(byte[] bytes) {
          Object[] chain = null;
          for (int i = 0; i < PARTS; i++) {
            chain = new Object[] {chain, bytes, null, null, null, null};
          }
          latest.get()[0] = chain;
          return shipment;
        }
      };
    }
  };

  /** Of 40 bytes: together about what reading allocates. */
  private static final int PARTS = 27;

  private static void allowGeneratedClasses() {
    // Avro refuses them otherwise; it is read once, when Avro is loaded.
    System.setProperty("org.apache.avro.SERIALIZABLE_PACKAGES", "dev.kafkaevents.benchmarks.avro");
  }

  private static final String TOPIC = "shipments";
  private static final Path JARS = Path.of("target", "confluent");

  /** Used by many threads at once. */
  interface Coder {
    byte[] write(Shipment shipment);

    Shipment read(byte[] bytes);
  }

  /** Nothing is asked of the registries yet. */
  abstract Coder open(List<String> urls) throws Exception;

  /** Kafka, Avro and Jackson are those of this module. */
  private static ClassLoader loader() throws IOException {
    List<URL> urls = new ArrayList<>();
    try (Stream<Path> jars = Files.walk(JARS)) {
      for (Path jar : jars.filter(file -> file.toString().endsWith(".jar")).toList()) {
        urls.add(jar.toUri().toURL());
      }
    }
    ClassLoader loader =
        new URLClassLoader(urls.toArray(URL[]::new), AvroContender.class.getClassLoader());
    Thread.currentThread().setContextClassLoader(loader);
    return loader;
  }

  private static Object made(ClassLoader loader, String name) throws ReflectiveOperationException {
    return loader.loadClass(name).getConstructor().newInstance();
  }
}
