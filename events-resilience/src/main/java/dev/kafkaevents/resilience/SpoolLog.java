package dev.kafkaevents.resilience;

import dev.kafkaevents.EventsException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of a spool: a queue of messages that outlives the process. In the directory are
 *
 * <ul>
 *   <li>{@code 0000000000000000.spool} and so on: segments of frames, in the order of their names.
 *       One is deleted when the last message in it is done
 *   <li>{@code progress}: segment and offset of the first message that is not done
 *   <li>{@code lock}: held by the process that has the spool
 *   <li>{@code quarantine/}: what could not be read, and messages that no topic takes
 * </ul>
 *
 * <p>The end of the last segment may be a frame that was not written to its end, when the process
 * died: nobody was told that it is kept, and it is cut off. Any other bytes that are no frame are
 * damage: they are put into quarantine, with an error in the log, and the queue goes on behind
 * them.
 *
 * <p>Safe for use by two threads, one that appends and one that reads. They share a lock, which is
 * held while files are read and deleted, and not while one is begun nor while the disk is made to
 * write. How much there is, anyone may ask without it.
 */
final class SpoolLog implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(SpoolLog.class);

  private final OwnerOnly directory;
  private final SpoolQuarantine quarantine;
  private final SpoolProgress progress;
  private final SpoolLock locked;
  private final long segmentBytes;

  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock.
  private final Deque<SpoolSegment> segments;

  /** Is being appended to, and so not deleted. */
  private @Nullable SpoolSegment appended;

  /** In the first segment: the first message that is not done. */
  private long offset;

  /** Confined to the thread that appends. */
  private long nextNumber;

  /** Guarded by the lock: when the first message was spooled that is not done, or one before it. */
  private long oldest;

  private volatile Size size;

  /**
   * How much there is, all of it at one moment.
   *
   * @param messages that are not done
   * @param left bytes that are not done, with those that are found to be damaged when it is their
   *     turn
   * @param bytes of the segments
   * @param oldest in milliseconds since 1970; of no meaning if there are no messages
   */
  private record Size(long messages, long left, long bytes, long oldest) {}

  private SpoolLog(OwnerOnly directory, SpoolLock locked, long segmentBytes) throws IOException {
    this.directory = directory;
    this.locked = locked;
    this.segmentBytes = segmentBytes;
    this.quarantine = SpoolQuarantine.in(directory);
    this.progress = SpoolProgress.in(directory);
    directory.force();
    SpoolRecovery left = SpoolRecovery.of(directory, progress, quarantine);
    this.segments = left.segments();
    this.offset = left.offset();
    this.oldest = left.oldest();
    this.nextNumber = left.next();
    this.size = measured();
  }

  /**
   * Opens the directory, for this process alone.
   *
   * @throws EventsException if another has it
   */
  static SpoolLog open(OwnerOnly directory, long segmentBytes) throws IOException {
    SpoolLock locked = SpoolLock.of(directory);
    SpoolLog log;
    try {
      log = new SpoolLog(directory, locked, segmentBytes);
    } catch (IOException | RuntimeException e) {
      locked.close();
      throw e;
    }
    if (log.messages() > 0) {
      LOG.atInfo()
          .addKeyValue("event", "spool_found")
          .addKeyValue("spool", log)
          .addKeyValue("messages", log.messages())
          .log("spool {} has {} messages, which are sent first", log, log.messages());
    }
    return log;
  }

  // For the thread that appends.

  /** Keeps {@code frames}: on the disk when this returns. If it throws, as a rule none of them. */
  void append(List<ByteBuffer> frames) throws IOException {
    SpoolSegment last = lastWithRoom();
    long written = 0;
    try {
      written = last.append(frames);
    } finally {
      lock.lock();
      try {
        appended = null;
        if (written > 0) {
          oldest = isEmpty() ? SpoolFrame.spooledAt(frames.get(0)) : oldest;
          last.grow(written, frames.size());
        }
        measure();
      } finally {
        lock.unlock();
      }
    }
  }

  private SpoolSegment lastWithRoom() throws IOException {
    lock.lock();
    try {
      SpoolSegment last = segments.peekLast();
      if (last != null && last.hasRoom(segmentBytes)) {
        appended = last;
        return last;
      }
    } finally {
      lock.unlock();
    }
    SpoolSegment next = next();
    lock.lock();
    try {
      segments.add(next);
      appended = next;
      return next;
    } finally {
      lock.unlock();
    }
  }

  /** Not among the segments before the disk knows of it. */
  private SpoolSegment next() throws IOException {
    SpoolSegment next = SpoolSegment.open(directory, nextNumber++);
    try {
      directory.force();
      return next;
    } catch (IOException | RuntimeException | Error e) {
      try {
        next.delete();
      } catch (IOException stays) {
        // It is empty, and passed over after a restart.
      }
      throw e;
    }
  }

  // For the thread that reads.

  /**
   * The first messages that are not done, up to {@code max}; none if there are none. The same again
   * until {@link #done}.
   */
  List<SpoolFrame> first(int max) throws IOException {
    lock.lock();
    try {
      while (true) {
        deleteWhatIsDone();
        SpoolSegment segment = segments.peekFirst();
        if (segment == null || offset >= segment.end()) {
          return List.of();
        }
        SpoolSegment.Found found = segment.read(offset, max);
        if (!found.frames().isEmpty()) {
          oldest = found.frames().get(0).spooledAt();
          measure();
          return found.frames();
        }
        quarantine.damaged(segment, offset, found.resumesAt());
        segment.survey(found.resumesAt());
        pass(found.resumesAt());
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * The first messages, as {@link #first} gave them, are done, even if this throws; then a restart
   * may begin before them.
   */
  void done(List<SpoolFrame> frames) throws IOException {
    if (frames.isEmpty()) {
      return;
    }
    lock.lock();
    try {
      segments.getFirst().done(frames.size());
      oldest = frames.get(frames.size() - 1).spooledAt();
      pass(offset + frames.stream().mapToLong(SpoolFrame::size).sum());
    } finally {
      lock.unlock();
    }
  }

  /** No topic takes it for what it is: it is kept aside, for somebody to look at. */
  void setAside(SpoolFrame frame, long at) throws IOException {
    lock.lock();
    try {
      quarantine.refused(segments.getFirst(), offset + at, frame);
    } finally {
      lock.unlock();
    }
  }

  private void pass(long to) throws IOException {
    SpoolSegment first = segments.getFirst();
    offset = to;
    try {
      progress.write(first.number, to);
      deleteWhatIsDone();
    } finally {
      measure();
    }
  }

  /** All but an empty segment at the end, which the next messages go to. */
  private void deleteWhatIsDone() throws IOException {
    SpoolSegment first = segments.peekFirst();
    while (first != null
        && offset >= first.end()
        && (segments.size() > 1 || (offset > 0 && first != appended))) {
      deleteFirst();
      first = segments.peekFirst();
    }
  }

  private void deleteFirst() throws IOException {
    SpoolSegment first = segments.removeFirst();
    offset = 0; // Before anything can fail: it is no offset of the segment that is first now.
    measure();
    first.delete();
  }

  private void measure() {
    size = measured();
  }

  private Size measured() {
    long bytes = segments.stream().mapToLong(SpoolSegment::end).sum();
    long messages = segments.stream().mapToLong(SpoolSegment::messages).sum();
    return new Size(messages, bytes - offset, bytes, oldest);
  }

  // For anyone.

  /** How many are not done. */
  long messages() {
    return size.messages;
  }

  /** Whether there is nothing that is not done. */
  boolean isEmpty() {
    return size.left <= 0;
  }

  /** How many bytes the segments have. */
  long bytes() {
    return size.bytes;
  }

  /** How many files are in quarantine. */
  long quarantined() {
    return quarantine.files();
  }

  /** When the first that is not done was spooled, in milliseconds since 1970, if there is one. */
  long oldest() {
    return size.oldest;
  }

  @Override
  public void close() throws IOException {
    lock.lock();
    try (locked;
        progress) {
      for (SpoolSegment segment : segments) {
        segment.close();
      }
    } finally {
      lock.unlock();
    }
  }

  /** The directory. */
  @Override
  public String toString() {
    return directory.toString();
  }
}
