package dev.kafkaevents.serde.avro;

import static java.util.Objects.requireNonNull;

import dev.kafkaevents.SerdeException;
import dev.kafkaevents.UnavailableException;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A schema registry with Confluent's REST interface: Confluent's own, Apicurio's compatibility API,
 * Karapace.
 *
 * <pre>{@code
 * SchemaRegistry registry =
 *     SchemaRegistry.builder("https://a.acme.com:8081", "https://b.acme.com:8081")
 *         .basicAuth("orders", password)
 *         .build();
 * }</pre>
 *
 * <p>Safe for use by many threads; a thread that asks waits until the answer is there, its deadline
 * is over or it is interrupted, and those that ask for the same wait for one request. What the
 * registry has answered is kept for good, but for the latest version of a subject, which is asked
 * for again in the background: schemas that are known keep working without the registry. That a
 * schema does not exist is believed for 5 seconds.
 *
 * <p>The URLs are tried in turn, starting with the one that has answered last, until the deadline
 * is over; then it is an {@link UnavailableException}. Wrong credentials are one, too, and so is an
 * answer that is not a registry's: neither says anything about an event. A {@link SerdeException}
 * is a no of the registry itself.
 */
public final class SchemaRegistry implements Schemas {
  private final RegistryCalls calls;
  private final Known known;
  private final LatestVersions latest;
  private final @Nullable SchemaFiles files;

  private SchemaRegistry(Builder builder) {
    RegistryConnection connection = new RegistryConnection(builder);
    this.calls = new RegistryCalls(connection, builder.context, builder.normalize);
    this.known = new Known(builder.deadline, builder.nanos);
    this.latest = new LatestVersions(builder.latestTtl, builder.nanos);
    this.files = builder.cacheDirectory == null ? null : new SchemaFiles(builder.cacheDirectory);
  }

  /**
   * A registry at one or more URLs, each with a path if there is one; a user and password in it are
   * used as {@link Builder#basicAuth}.
   *
   * @throws IllegalArgumentException if there is none, or one is not http or https
   */
  public static Builder builder(String... urls) {
    return new Builder(List.of(urls));
  }

  /**
   * Asks for all versions of {@code subjects}, so that events with any of them are read, and
   * written too, whatever becomes of the registry afterwards. For the start of a service; blocks
   * for as long as the registry takes.
   *
   * @throws SerdeException if there is no such subject
   */
  public void preload(String... subjects) {
    for (String subject : subjects) {
      List<RegisteredSchema> versions = calls.versions(subject);
      versions.forEach(version -> keep(subject, version));
      if (!versions.isEmpty()) {
        latest.put(subject, versions.get(versions.size() - 1));
      }
    }
  }

  /** The answer to all that can be asked about a version. */
  private void keep(String subject, RegisteredSchema version) {
    String text = JavaProperties.without(version.schema());
    known.keep(idKey(version.id()), version);
    UUID guid = version.guid();
    if (guid != null) {
      known.keep(guidKey(guid), version);
    }
    known.keep(lookedUpKey(subject, text), version);
    known.keep(registeredKey(subject, text), version);
    if (files != null) {
      files.keep(version);
    }
  }

  private static String idKey(int id) {
    return "id " + id;
  }

  private static String guidKey(UUID guid) {
    return "guid " + guid;
  }

  private static String registeredKey(String subject, String text) {
    return "registered " + subject + " " + text;
  }

  private static String lookedUpKey(String subject, String text) {
    return "looked up " + subject + " " + text;
  }

  @Override
  public RegisteredSchema byId(int id) {
    return known.get(idKey(id), () -> files == null ? calls.byId(id) : files.get(id, calls::byId));
  }

  @Override
  public RegisteredSchema byGuid(UUID guid) {
    return known.get(guidKey(guid), () -> calls.byGuid(guid));
  }

  @Override
  public RegisteredSchema register(String subject, Schema schema) {
    String text = JavaProperties.without(schema);
    return known.get(
        registeredKey(subject, text),
        () -> {
          RegisteredSchema registered = calls.register(subject, text);
          latest.forget(subject);
          return registered;
        });
  }

  @Override
  public RegisteredSchema lookup(String subject, Schema schema) {
    String text = JavaProperties.without(schema);
    return known.get(lookedUpKey(subject, text), () -> calls.lookup(subject, text));
  }

  @Override
  public RegisteredSchema latest(String subject) {
    LatestVersions.Version version = latest.get(subject);
    if (version == null) {
      RegisteredSchema asked = known.once("latest " + subject, () -> calls.latest(subject));
      latest.put(subject, asked);
      return asked;
    }
    if (latest.isDue(version)) {
      CompletableFuture<Void> unused =
          CompletableFuture.runAsync(() -> latest.put(subject, calls.latest(subject)));
    }
    return version.schema();
  }

  @Override
  public List<String> incompatibilities(String subject, Schema schema) {
    return calls.incompatibilities(subject, JavaProperties.without(schema));
  }

  /** How to reach a registry. Each method returns this builder. */
  public static final class Builder {
    private static final Duration SHORTEST = Duration.ofMillis(1);

    final List<URI> urls;
    final Map<String, String> headers = new LinkedHashMap<>();
    @Nullable Supplier<String> authorization;
    @Nullable SSLContext sslContext;
    private @Nullable Path trusted;
    private @Nullable Path clientChain;
    private @Nullable Path clientKey;
    @Nullable ProxySelector proxy;
    private @Nullable String context;
    private boolean normalize;
    Duration connectTimeout = Duration.ofSeconds(2);
    Duration requestTimeout = Duration.ofSeconds(5);
    Duration deadline = Duration.ofSeconds(10);
    private Duration latestTtl = Duration.ofMinutes(1);
    private @Nullable Path cacheDirectory;
    LongSupplier nanos = System::nanoTime;

    private Builder(List<String> urls) {
      this.urls = new ArrayList<>();
      for (String url : urls) {
        URI uri = RegistryUrl.parse(url);
        if (uri.getUserInfo() != null) {
          String userInfo = uri.getUserInfo();
          authorization = () -> basic(userInfo);
        }
        this.urls.add(RegistryUrl.withoutUserInfo(uri));
      }
      if (urls.isEmpty()) {
        throw new IllegalArgumentException("a schema registry needs at least one URL");
      }
    }

    private static String basic(String userInfo) {
      return "Basic "
          + Base64.getEncoder().encodeToString(userInfo.getBytes(StandardCharsets.UTF_8));
    }

    /** With HTTP Basic authentication. */
    public Builder basicAuth(String user, String password) {
      String value = basic(user + ":" + password);
      return authorization(() -> value);
    }

    /** With a bearer token that stays the same. */
    public Builder bearerToken(String token) {
      requireNonNull(token, "token");
      return authorization(() -> "Bearer " + token);
    }

    /**
     * With whatever this gives as the {@code Authorization} header, asked for each request: OAuth,
     * or tokens that are renewed. It may be called by many threads at once. What it throws counts
     * as a registry that does not answer.
     */
    public Builder authorization(Supplier<String> authorization) {
      this.authorization = requireNonNull(authorization, "authorization");
      return this;
    }

    /** With a header on each request, such as {@code target-sr-cluster}. */
    public Builder header(String name, String value) {
      headers.put(requireNonNull(name, "name"), requireNonNull(value, "value"));
      return this;
    }

    /** With a TLS context; host names are verified whatever it is. */
    public Builder sslContext(SSLContext sslContext) {
      this.sslContext = requireNonNull(sslContext, "sslContext");
      return this;
    }

    /** Trusts the certificates in a PEM file, and no others. Read by {@link #build}. */
    public Builder trustedCertificates(Path pem) {
      this.trusted = requireNonNull(pem, "pem");
      return this;
    }

    /**
     * Shows a certificate to the registry: PEM files of the chain, the client's first, and of its
     * private key in PKCS #8, not encrypted. Read by {@link #build}.
     */
    public Builder clientCertificate(Path chain, Path key) {
      this.clientChain = requireNonNull(chain, "chain");
      this.clientKey = requireNonNull(key, "key");
      return this;
    }

    /** Through a proxy; the default is none, whatever the JVM is set to. */
    public Builder proxy(ProxySelector proxy) {
      this.proxy = requireNonNull(proxy, "proxy");
      return this;
    }

    /**
     * In a context of the registry, such as {@code .staging}: subjects and ids are those of the
     * context.
     */
    public Builder context(String context) {
      if (!context.startsWith(".") || context.contains(":")) {
        throw new IllegalArgumentException(
            "context is " + context + ", must start with a dot and have no colon");
      }
      this.context = context;
      return this;
    }

    /** Has the registry normalize schemas: what differs in order alone is the same schema. */
    public Builder normalize() {
      this.normalize = true;
      return this;
    }

    /** How long to wait for a connection to one URL; 2 seconds unless set. */
    public Builder connectTimeout(Duration timeout) {
      this.connectTimeout = positive("connectTimeout", timeout);
      return this;
    }

    /** How long to wait for one answer, its body included; 5 seconds unless set. */
    public Builder requestTimeout(Duration timeout) {
      this.requestTimeout = positive("requestTimeout", timeout);
      return this;
    }

    /** How long to wait for an answer in all, over all URLs and attempts; 10 seconds unless set. */
    public Builder deadline(Duration deadline) {
      this.deadline = positive("deadline", deadline);
      return this;
    }

    /**
     * After what time the latest version of a subject is asked for again; a minute unless set.
     * Until there is an answer, the one that is known is used.
     */
    public Builder latestTtl(Duration ttl) {
      this.latestTtl = positive("latestTtl", ttl);
      return this;
    }

    /**
     * Keeps schemas by id in files, so that a restart needs no registry for what was ever read. The
     * directory is for one registry and context; it is made if it is not there. What can't be
     * written is asked for again after the next start.
     */
    public Builder cacheDirectory(Path directory) {
      this.cacheDirectory = requireNonNull(directory, "directory");
      return this;
    }

    Builder nanos(LongSupplier nanos) {
      this.nanos = nanos;
      return this;
    }

    private static Duration positive(String name, Duration value) {
      if (value.compareTo(SHORTEST) < 0) {
        throw new IllegalArgumentException(
            "%s is %s, must be at least %s".formatted(name, value, SHORTEST));
      }
      return value;
    }

    /**
     * The registry; nothing is asked of it yet.
     *
     * @throws IllegalArgumentException if a PEM file can't be read, or both {@link #sslContext} and
     *     PEM files are given
     */
    public SchemaRegistry build() {
      if (trusted != null || clientChain != null) {
        if (sslContext != null) {
          throw new IllegalArgumentException(
              "there is an sslContext and PEM files; it can only be one of them");
        }
        sslContext = PemFiles.sslContext(trusted, clientChain, clientKey);
      }
      return new SchemaRegistry(this);
    }
  }
}
