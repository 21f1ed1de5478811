package dev.kafkaevents.testkit;

import dev.kafkaevents.EventsException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A real Kafka broker for a test or a first try: one node in a process of its own, on free ports of
 * 127.0.0.1. It can be stopped, killed, frozen, and restarted on what it wrote.
 *
 * <pre>{@code
 * try (KafkaBroker broker = KafkaBroker.start()) {
 *   broker.createTopic("orders", 4);
 *   // clients connect to broker.bootstrapServers()
 * }
 * }</pre>
 *
 * <p>{@code dev.kafkaevents:events-testkit-broker} must be on the class path. It carries the
 * broker's jars as files and adds none of them to the class path of the test.
 *
 * <p>Its settings make a single node answer soon: internal topics of one replica, groups that
 * rebalance at once. As on a production cluster topics do not create themselves; {@code
 * setting("auto.create.topics.enable", "true")} changes that.
 *
 * <p>The broker ends with this JVM, even when this JVM is killed. Its files are removed by {@link
 * #close} or when this JVM exits; only a killed JVM leaves them, in {@code java.io.tmpdir}.
 *
 * <p>Several that form a cluster: {@link KafkaCluster}.
 *
 * <p>Safe for use by several threads. Calls that start or end the broker's process wait for each
 * other.
 */
public final class KafkaBroker implements AutoCloseable {
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration TOPIC_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration USER_TIMEOUT = Duration.ofSeconds(30);
  static final int PORT_ATTEMPTS = 3;

  private final String bootstrapServers;
  private final @Nullable String saslBootstrapServers;
  private final BrokerFiles files;
  private final List<String> jvmOptions;
  private final Duration startTimeout;
  private final Thread exitHook = new Thread(this::leaveNothing, "kafka-broker-exit");
  private final ReentrantLock lock = new ReentrantLock();

  /** The latest run. Written under the lock. */
  private volatile @Nullable BrokerProcess process;

  /** Guarded by the lock. */
  private boolean closed;

  KafkaBroker(Builder builder, BrokerNode node) {
    boolean authenticating = !builder.users.isEmpty();
    bootstrapServers = node.ports().bootstrapServers();
    saslBootstrapServers = authenticating ? node.ports().saslBootstrapServers() : null;
    files = BrokerFiles.create();
    jvmOptions = List.copyOf(builder.jvmOptions);
    startTimeout = builder.startTimeout;
    Runtime.getRuntime().addShutdownHook(exitHook);
    files.writeSettings(BrokerSettings.of(node, files.data(), authenticating, builder.settings));
  }

  /** Starts a broker with the defaults of {@link #builder()}. */
  public static KafkaBroker start() {
    return builder().start();
  }

  /** For a broker with settings of its own. */
  public static Builder builder() {
    return new Builder();
  }

  /** Where clients connect: the same for as long as this object lives. */
  public String bootstrapServers() {
    return bootstrapServers;
  }

  /**
   * Where clients connect that authenticate, as a user of {@link Builder#user}: the same for as
   * long as this object lives.
   *
   * @throws IllegalStateException if no user was given to its builder
   */
  public String saslBootstrapServers() {
    if (saslBootstrapServers == null) {
      throw new IllegalStateException(
          this + " has no users; name one with KafkaBroker.builder().user(name, password)");
    }
    return saslBootstrapServers;
  }

  /**
   * Changes the password of a user, or adds one, and returns when the broker takes it. The former
   * password is refused from then on. Connections that are there stay: they end with a {@link
   * #restart} or {@link #kill}, or when they authenticate anew, as {@code
   * setting("connections.max.reauth.ms", "2000")} makes them each two seconds.
   *
   * @throws IllegalStateException if no user was given to its builder, or it does not run
   * @throws EventsException if the broker refuses, or does not take it within 30 s
   */
  public void setPassword(String user, String password) {
    String sasl = saslBootstrapServers();
    if (!isRunning()) {
      throw notRunning("set the password of " + user);
    }
    ScramUser.set(bootstrapServers, sasl, user, password, USER_TIMEOUT);
  }

  /** Creates a topic with the broker's defaults: {@link #createTopic(String, int, Map)}. */
  public void createTopic(String name, int partitions) {
    createTopic(name, partitions, Map.of());
  }

  /**
   * Creates a topic, and returns when every partition of it serves clients. A topic that was only
   * acknowledged does not yet: an idempotent producer that starts then may lose the order of its
   * sequence numbers, and with it the sends.
   *
   * @throws EventsException if the broker refuses, as it does when the topic is there already, or
   *     does not answer within 30 s
   */
  public void createTopic(String name, int partitions, Map<String, String> configs) {
    if (!isRunning()) {
      throw notRunning("create topic " + name);
    }
    TopicCreation.create(bootstrapServers, name, partitions, configs, TOPIC_TIMEOUT);
  }

  /**
   * Ends the process as a crash would, with SIGKILL: nothing is flushed and no client is told.
   * Nothing if it has ended.
   */
  public void kill() {
    lock.lock();
    try {
      if (process != null) {
        process.kill();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Stops the process where it stands, with SIGSTOP: connections stay open and nobody answers.
   * Nothing if it is frozen.
   *
   * @throws UnsupportedOperationException if the system has no {@code sh} with a {@code kill} that
   *     can, as Windows
   */
  public void freeze() {
    lock.lock();
    try {
      if (process == null || !process.isAlive()) {
        throw notRunning("freeze it");
      }
      process.freeze();
    } finally {
      lock.unlock();
    }
  }

  /** Lets a frozen broker go on. Nothing if it is not frozen. */
  public void thaw() {
    lock.lock();
    try {
      if (process != null) {
        process.thaw();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Shuts the broker down cleanly, thawed before if it is frozen, and waits for its end. Nothing if
   * it has ended.
   *
   * @throws EventsException if it does not end within 30 s; then it is killed
   */
  public void stop() {
    lock.lock();
    try {
      if (process != null) {
        process.stop(STOP_TIMEOUT);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Starts the broker again on the same data and ports, cleanly stopped before if it runs, and
   * waits until it serves clients.
   *
   * @throws EventsException if it does not start, with the end of its log; it is not running then
   */
  public void restart() {
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException(
            this + " can't start: its files are removed; start a new one");
      }
      stop();
      process = BrokerProcess.start(jvmOptions, files);
      process.awaitReady(startTimeout);
    } finally {
      lock.unlock();
    }
  }

  /** Whether the process lives; it does while it is frozen. */
  public boolean isRunning() {
    BrokerProcess latest = process;
    return latest != null && latest.isAlive();
  }

  /**
   * What the broker's process wrote: warnings and errors of Kafka, and output of its JVM. Appended
   * to by each restart.
   */
  public Path log() {
    return files.log();
  }

  /** Ends the process, at once, and removes its files. */
  @Override
  public void close() {
    lock.lock();
    try {
      if (!closed) {
        closed = true;
        leaveNothing();
        removeExitHook();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public String toString() {
    return "Kafka broker " + bootstrapServers + (isRunning() ? "" : ", not running");
  }

  /** Whether it could not start since another process took a port. */
  boolean lostPort() {
    return files.logHas(BrokerPorts.LOST);
  }

  /** Without the lock, which a thread that waits for a start may hold while this JVM ends. */
  private void leaveNothing() {
    BrokerProcess latest = process;
    if (latest != null) {
      latest.kill();
    }
    files.delete();
  }

  private void removeExitHook() {
    try {
      Runtime.getRuntime().removeShutdownHook(exitHook);
    } catch (IllegalStateException thisJvmIsExiting) {
      // then the hook finds nothing left to do
    }
  }

  private IllegalStateException notRunning(String what) {
    return new IllegalStateException("can't " + what + ": " + this + "; restart() it first");
  }

  /** A broker's settings. Not for use by several threads. */
  public static final class Builder {
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final List<String> jvmOptions = new ArrayList<>();
    private final Map<String, String> users = new LinkedHashMap<>();
    private Duration startTimeout = Duration.ofSeconds(30);
    private Supplier<BrokerPorts> ports = BrokerPorts::free;

    private Builder() {}

    /**
     * A setting of the broker, by Kafka's name, in place of the default for tests or of Kafka's
     * own.
     *
     * @throws IllegalArgumentException if this class decides it, as the listeners
     */
    public Builder setting(String name, String value) {
      BrokerSettings.refuseOurs(name);
      settings.put(name, value);
      return this;
    }

    /**
     * An option of the broker's JVM, after ours and so stronger, as {@code -Xmx1g}; 512 MiB of heap
     * by default.
     */
    public Builder jvmOption(String option) {
      jvmOptions.add(option);
      return this;
    }

    /**
     * A user that clients may be at {@link KafkaBroker#saslBootstrapServers}, with {@code
     * SASL_PLAINTEXT} and {@code SCRAM-SHA-256} or {@code SCRAM-SHA-512}. Clients at {@link
     * KafkaBroker#bootstrapServers} stay anonymous. The password is written to no file.
     *
     * @throws IllegalArgumentException if either is empty
     */
    public Builder user(String name, String password) {
      ScramUser.check(name, password);
      users.put(name, password);
      return this;
    }

    /** How long a start or restart may take: 30 s by default. A quiet machine needs 1 to 2 s. */
    public Builder startTimeout(Duration startTimeout) {
      if (startTimeout.isNegative() || startTimeout.isZero()) {
        throw new IllegalArgumentException(
            "startTimeout is " + startTimeout + ", must be more than nothing");
      }
      this.startTimeout = startTimeout;
      return this;
    }

    Builder ports(Supplier<BrokerPorts> ports) {
      this.ports = ports;
      return this;
    }

    /**
     * Starts the broker and waits until it serves clients.
     *
     * @throws EventsException if it does not, with the end of its log, or if there is none on the
     *     class path
     */
    public KafkaBroker start() {
      for (int attempt = 1; ; attempt++) {
        KafkaBroker broker = new KafkaBroker(this, BrokerNode.alone(ports.get()));
        try {
          broker.restart();
          users.forEach(broker::setPassword);
          return broker;
        } catch (RuntimeException e) {
          boolean lostPort = broker.lostPort();
          broker.close();
          if (!lostPort || attempt == PORT_ATTEMPTS) {
            throw e;
          }
        }
      }
    }
  }
}
