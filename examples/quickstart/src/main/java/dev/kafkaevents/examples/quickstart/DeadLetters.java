package dev.kafkaevents.examples.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kafkaevents.Headers;
import dev.kafkaevents.Message;
import dev.kafkaevents.Position;
import dev.kafkaevents.RejectedException;
import dev.kafkaevents.SerdeException;
import dev.kafkaevents.Settlement;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Remembers a digest of each record that is dead-lettered and then compares: on the dead-letter
 * topic there must be the same keys, values and headers, byte for byte, and nothing else. Safe for
 * use by many threads.
 */
final class DeadLetters {
  /** What dead letters have in addition to the headers of the record. */
  private static final String ADDED = "events-dlq-";

  /** Why a record is a dead letter. */
  enum Kind {
    REJECTED,
    UNDECODABLE,
    GIVEN_UP;

    static Kind of(Throwable cause) {
      return cause instanceof RejectedException
          ? REJECTED
          : cause instanceof SerdeException ? UNDECODABLE : GIVEN_UP;
    }
  }

  /**
   * What was found.
   *
   * @param same as they should be
   * @param different with other bytes, or not expected
   * @param missing not on the topic
   * @param copies of the record whose bytes we know from before it was sent
   */
  record Finding(long same, long different, long missing, long copies) {}

  private final ByteBuffer known;
  private final ReentrantLock lock = new ReentrantLock();

  /** Guarded by the lock, as all below. */
  private final Map<Position, ByteBuffer> expected = new HashMap<>();

  private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);
  private long same;
  private long different;
  private long copies;

  /** With a record that is sent in order to become a dead letter. */
  DeadLetters(Message known) {
    this.known = digest(known);
  }

  /** The record {@code original} is said to be where {@code settlement} says. */
  void expect(Message original, Settlement.DeadLettered settlement) {
    ByteBuffer digest = digest(original);
    lock.lock();
    try {
      expected.put(settlement.at(), digest);
      counts.merge(Kind.of(settlement.cause()), 1L, Long::sum);
    } finally {
      lock.unlock();
    }
  }

  /** The record {@code found} is on the dead-letter topic. */
  void found(Position position, Message found) {
    ByteBuffer digest = digest(found);
    lock.lock();
    try {
      copies += digest.equals(known) ? 1 : 0;
      if (digest.equals(expected.remove(position))) {
        same++;
      } else {
        different++;
      }
    } finally {
      lock.unlock();
    }
  }

  long count(Kind kind) {
    lock.lock();
    try {
      return counts.getOrDefault(kind, 0L);
    } finally {
      lock.unlock();
    }
  }

  /** The result, once all of the dead-letter topic was found. */
  Finding finding() {
    lock.lock();
    try {
      return new Finding(same, different, expected.size(), copies);
    } finally {
      lock.unlock();
    }
  }

  private static ByteBuffer digest(Message message) {
    MessageDigest digest = sha256();
    add(digest, message.key());
    add(digest, message.value());
    for (Headers.Header header : message.headers()) {
      if (!header.name().startsWith(ADDED)) {
        add(digest, header.name().getBytes(UTF_8));
        add(digest, header.value());
      }
    }
    return ByteBuffer.wrap(digest.digest());
  }

  /** With its length, so that no byte can change sides. */
  private static void add(MessageDigest digest, byte @Nullable [] bytes) {
    digest.update(
        ByteBuffer.allocate(Integer.BYTES).putInt(bytes == null ? -1 : bytes.length).flip());
    if (bytes != null) {
      digest.update(bytes);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
