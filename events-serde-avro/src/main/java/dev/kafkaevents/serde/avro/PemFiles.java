package dev.kafkaevents.serde.avro;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Makes a TLS context from PEM files, as they are mounted into containers. */
final class PemFiles {
  private static final Pattern PKCS8 =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----");
  private static final char[] NO_PASSWORD = {};

  private PemFiles() {}

  static SSLContext sslContext(
      @Nullable Path trusted, @Nullable Path clientChain, @Nullable Path clientKey) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          clientChain == null || clientKey == null ? null : keys(clientChain, clientKey),
          trusted == null ? null : trust(trusted),
          null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException(
          "no TLS context from %s"
              .formatted(
                  Stream.of(trusted, clientChain, clientKey).filter(Objects::nonNull).toList()),
          e);
    }
  }

  private static TrustManager[] trust(Path pem) throws GeneralSecurityException, IOException {
    KeyStore store = empty();
    int count = 0;
    for (Certificate certificate : certificates(pem)) {
      store.setCertificateEntry("trusted-" + count++, certificate);
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static KeyManager[] keys(Path chain, Path key)
      throws GeneralSecurityException, IOException {
    KeyStore store = empty();
    store.setKeyEntry(
        "client", privateKey(key), NO_PASSWORD, certificates(chain).toArray(new Certificate[0]));
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, NO_PASSWORD);
    return factory.getKeyManagers();
  }

  private static KeyStore empty() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  private static Collection<? extends Certificate> certificates(Path pem)
      throws GeneralSecurityException, IOException {
    try (InputStream in = Files.newInputStream(pem)) {
      Collection<? extends Certificate> certificates =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (certificates.isEmpty()) {
        throw new IOException(pem + " has no certificate");
      }
      return certificates;
    }
  }

  private static PrivateKey privateKey(Path pem) throws GeneralSecurityException, IOException {
    Matcher key = PKCS8.matcher(Files.readString(pem));
    if (!key.find()) {
      throw new IOException(
          pem
              + " has no private key in PKCS #8 without a password; openssl pkcs8 -topk8 -nodes makes one");
    }
    PKCS8EncodedKeySpec spec =
        new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(key.group(1)));
    for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(spec);
      } catch (InvalidKeySpecException e) {
        // Of another kind.
      }
    }
    throw new IOException(pem + " has a private key that is neither RSA nor EC nor EdDSA");
  }
}
