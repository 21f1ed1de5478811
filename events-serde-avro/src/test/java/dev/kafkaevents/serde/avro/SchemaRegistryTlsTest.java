package dev.kafkaevents.serde.avro;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaevents.UnavailableException;
import dev.kafkaevents.testkit.registry.TestRegistry;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Certificates made on the spot by the JDK's keytool. */
@Timeout(60)
class SchemaRegistryTlsTest {
  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir private static Path directory;

  /** PEM files of one key pair. */
  private record Pair(Path certificate, Path key) {
    static Pair of(String name, String host) throws Exception {
      Path store = directory.resolve(name + ".p12");
      Process keytool =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                  "-genkeypair",
                  "-alias",
                  name,
                  "-keyalg",
                  "EC",
                  "-dname",
                  "CN=" + name,
                  "-ext",
                  "SAN=dns:" + host,
                  "-storetype",
                  "PKCS12",
                  "-keystore",
                  store.toString(),
                  "-storepass",
                  new String(PASSWORD))
              .redirectErrorStream(true)
              .start();
      String output = new String(keytool.getInputStream().readAllBytes(), UTF_8);
      assertThat(keytool.waitFor()).as(output).isZero();
      KeyStore keys = KeyStore.getInstance("PKCS12");
      try (InputStream in = Files.newInputStream(store)) {
        keys.load(in, PASSWORD);
      }
      return new Pair(
          pem(name + ".crt", "CERTIFICATE", keys.getCertificate(name).getEncoded()),
          pem(name + ".key", "PRIVATE KEY", keys.getKey(name, PASSWORD).getEncoded()));
    }

    private static Path pem(String file, String what, byte[] content) throws Exception {
      String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
      return Files.writeString(
          directory.resolve(file),
          "-----BEGIN " + what + "-----\n" + lines + "\n-----END " + what + "-----\n");
    }
  }

  @Test
  void registry_isTrusted_onlyByItsCertificate_andByItsName() throws Exception {
    Pair good = Pair.of("registry", "localhost");
    Pair misnamed = Pair.of("misnamed", "elsewhere.invalid");
    Path both = directory.resolve("both.crt");
    Files.writeString(
        both, Files.readString(good.certificate()) + Files.readString(misnamed.certificate()));

    try (TestRegistry server =
            TestRegistry.start(PemFiles.sslContext(null, good.certificate(), good.key()));
        TestRegistry other =
            TestRegistry.start(PemFiles.sslContext(null, misnamed.certificate(), misnamed.key()))) {
      SchemaRegistry trusting =
          SchemaRegistry.builder(server.url()).trustedCertificates(both).build();
      assertThat(trusting.register("s", SchemasContract.V1).id()).isEqualTo(1);

      SchemaRegistry strange = SchemaRegistry.builder(server.url()).build();
      assertThatThrownBy(() -> strange.byId(1))
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("TLS");
      SchemaRegistry elsewhere =
          SchemaRegistry.builder(other.url()).trustedCertificates(both).build();
      assertThatThrownBy(() -> elsewhere.byId(1))
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("TLS");
      assertThat(other.requests()).isEmpty();
    }
  }

  @Test
  void client_showsItsCertificate() throws Exception {
    Pair server = Pair.of("mutual", "localhost");
    Pair client = Pair.of("client", "anywhere.invalid");

    try (TestRegistry registry =
        TestRegistry.startForKnownClients(
            PemFiles.sslContext(client.certificate(), server.certificate(), server.key()))) {
      SchemaRegistry known =
          SchemaRegistry.builder(registry.url())
              .trustedCertificates(server.certificate())
              .clientCertificate(client.certificate(), client.key())
              .build();
      assertThat(known.register("s", SchemasContract.V1).id()).isEqualTo(1);

      SchemaRegistry unknown =
          SchemaRegistry.builder(registry.url())
              .deadline(Duration.ofSeconds(1))
              .trustedCertificates(server.certificate())
              .build();
      assertThatThrownBy(() -> unknown.byId(1)).isInstanceOf(UnavailableException.class);
    }
  }

  @Test
  void fileThatIsNoPem_isRefused_byItsName() throws Exception {
    Path none = Files.writeString(directory.resolve("none.pem"), "secret");
    Pair pair = Pair.of("half", "localhost");

    assertThatThrownBy(() -> SchemaRegistry.builder("https://a").trustedCertificates(none).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("none.pem")
        .hasMessageNotContaining("secret");
    assertThatThrownBy(
            () ->
                SchemaRegistry.builder("https://a")
                    .clientCertificate(pair.certificate(), none)
                    .build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasRootCauseMessage(
            none
                + " has no private key in PKCS #8 without a password; openssl pkcs8 -topk8 -nodes makes one");
  }
}
