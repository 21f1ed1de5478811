package dev.kafkaevents.resilience;

import dev.kafkaevents.EventsException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
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
 * held while files are read, begun and deleted, and not while the disk is made to write what is
 * appended.
 */
final class SpoolLog implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(SpoolLog.class);

  private final OwnerOnly directory;
  private final OwnerOnly quarantine;
  private final FileChannel lockFile;
  private final FileChannel progress;
  private final long segmentBytes;

  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock.
  private final Deque<SpoolSegment> segments = new ArrayDeque<>();
  private long nextNumber;

  /** Is being appended to, and so not deleted. */
  private @Nullable SpoolSegment appended;

  /** In the first segment: the first message that is not done. */
  private long offset;

  private volatile long bytes;
  private final AtomicLong damaged = new AtomicLong();
  private long messages;
  private long oldest = -1;

  private SpoolLog(
      OwnerOnly directory, FileChannel lockFile, FileChannel progress, long segmentBytes)
      throws IOException {
    this.directory = directory;
    this.quarantine = directory.within("quarantine");
    this.lockFile = lockFile;
    this.progress = progress;
    this.segmentBytes = segmentBytes;
    recover();
  }

  /**
   * Opens the directory, for this process alone.
   *
   * @throws EventsException if another has it
   */
  static SpoolLog open(Path path, long segmentBytes) throws IOException {
    OwnerOnly directory = OwnerOnly.at(path);
    FileChannel lockFile = directory.openFile(directory.path("lock"));
    try {
      lock(path, lockFile);
      return new SpoolLog(
          directory, lockFile, directory.openFile(directory.path("progress")), segmentBytes);
    } catch (IOException | RuntimeException e) {
      lockFile.close();
      throw e;
    }
  }

  /** Held until the file is closed. */
  private static void lock(Path path, FileChannel file) throws IOException {
    FileLock held;
    try {
      held = file.tryLock();
    } catch (OverlappingFileLockException ofThisProcess) {
      held = null;
    }
    if (held == null) {
      throw new EventsException(
          "spool directory "
              + path
              + " is in use by another application, or by another spool of this one; each needs a"
              + " directory of its own");
    }
  }

  // At the start.

  private void recover() throws IOException {
    try (Stream<Path> files = Files.list(directory.directory())) {
      for (long number :
          files.mapToLong(SpoolSegment::numberOf).filter(n -> n >= 0).sorted().toArray()) {
        segments.add(SpoolSegment.open(directory, number));
      }
    }
    try (Stream<Path> files = Files.list(quarantine.directory())) {
      damaged.set(files.count());
    }
    long[] done = readProgress();
    nextNumber =
        segments.isEmpty() ? done[0] + 1 : Math.max(done[0], segments.getLast().number) + 1;
    while (!segments.isEmpty() && segments.getFirst().number < done[0]) {
      deleteFirst(); // It was done, and the process died before it was deleted.
    }
    offset = !segments.isEmpty() && segments.getFirst().number == done[0] ? done[1] : 0;
    for (SpoolSegment segment : segments) {
      recover(segment, segment == segments.getFirst() ? Math.min(offset, segment.end()) : 0);
    }
    while (!segments.isEmpty() && segments.getFirst().end() <= offset) {
      deleteFirst();
    }
    countBytes();
    if (messages > 0) {
      LOG.atInfo()
          .addKeyValue("event", "spool_found")
          .addKeyValue("spool", directory.directory())
          .addKeyValue("messages", messages)
          .log("spool {} has {} messages, which are sent first", directory.directory(), messages);
    }
  }

  private void recover(SpoolSegment segment, long from) throws IOException {
    long at = from;
    while (at < segment.end()) {
      SpoolSegment.Found found = segment.read(at, Integer.MAX_VALUE);
      for (SpoolFrame frame : found.frames()) {
        at += frame.size();
        messages++;
        oldest = oldest < 0 ? frame.spooledAt() : oldest;
      }
      if (found.frames().isEmpty()) {
        if (found.resumesAt() == segment.end() && segment == segments.getLast()) {
          cutOff(segment, at);
          return;
        }
        at = found.resumesAt();
      }
    }
  }

  private void cutOff(SpoolSegment segment, long at) throws IOException {
    long size = segment.end() - at;
    if (segment.isTorn(at)) {
      LOG.atWarn()
          .addKeyValue("event", "spool_torn")
          .addKeyValue("spool", directory.directory())
          .addKeyValue("bytes", size)
          .log(
              "the last {} bytes of {} are a message that was not written to its end, so nobody was"
                  + " told that it is kept; they are cut off",
              size,
              segment);
    } else {
      quarantine(segment, at, segment.end());
    }
    segment.cut(at);
  }

  /** Segment and offset; from the first segment on if there is none, or none to be read. */
  private long[] readProgress() throws IOException {
    ByteBuffer read = ByteBuffer.allocate(2 * Long.BYTES + Integer.BYTES);
    while (read.hasRemaining() && progress.read(read, read.position()) > 0) {
      // until all of it is there
    }
    if (!read.hasRemaining() && checksum(read) == read.getInt(2 * Long.BYTES)) {
      return new long[] {read.getLong(0), read.getLong(Long.BYTES)};
    }
    if (read.position() > 0) {
      LOG.atWarn()
          .addKeyValue("event", "spool_progress_lost")
          .addKeyValue("spool", directory.directory())
          .log(
              "the progress of spool {} can't be read; its messages are sent from the first segment"
                  + " on, and some of them again",
              directory.directory());
    }
    return new long[] {-1, 0};
  }

  private static int checksum(ByteBuffer progress) {
    CRC32C crc = new CRC32C();
    crc.update(progress.slice(0, 2 * Long.BYTES));
    return (int) crc.getValue();
  }

  // For the thread that appends.

  /** Keeps {@code frames}: on the disk when this returns. If it throws, as a rule none of them. */
  void append(List<ByteBuffer> frames) throws IOException {
    SpoolSegment last = lastWithRoom();
    try {
      last.append(frames);
    } finally {
      lock.lock();
      try {
        appended = null;
        countBytes();
      } finally {
        lock.unlock();
      }
    }
  }

  private SpoolSegment lastWithRoom() throws IOException {
    lock.lock();
    try {
      SpoolSegment last = segments.peekLast();
      if (last == null || last.end() >= segmentBytes) {
        last = SpoolSegment.open(directory, nextNumber++);
        segments.add(last);
        directory.force();
      }
      appended = last;
      return last;
    } finally {
      lock.unlock();
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
          return found.frames();
        }
        quarantine(segment, offset, found.resumesAt());
        pass(found.resumesAt());
      }
    } finally {
      lock.unlock();
    }
  }

  /** The first messages, as {@link #first} gave them, are done; a restart begins behind them. */
  void done(List<SpoolFrame> frames) throws IOException {
    if (frames.isEmpty()) {
      return;
    }
    lock.lock();
    try {
      pass(offset + frames.stream().mapToLong(SpoolFrame::size).sum());
    } finally {
      lock.unlock();
    }
  }

  /** No topic takes it for what it is: it is kept aside, for somebody to look at. */
  void setAside(SpoolFrame frame, long at) throws IOException {
    lock.lock();
    try {
      SpoolSegment segment = segments.getFirst();
      keep(
          "%016x-%d.refused".formatted(segment.number, offset + at),
          segment.bytes(offset + at, frame.size()));
    } finally {
      lock.unlock();
    }
  }

  /** Whether there is nothing that is not done. */
  boolean isEmpty() {
    lock.lock();
    try {
      return segments.stream().mapToLong(SpoolSegment::end).sum() <= offset;
    } finally {
      lock.unlock();
    }
  }

  /** A segment that was appended to when all in it was done. */
  private void deleteWhatIsDone() throws IOException {
    SpoolSegment first = segments.peekFirst();
    if (first != null && offset > 0 && offset >= first.end() && first != appended) {
      deleteFirst();
      countBytes();
    }
  }

  private void deleteFirst() throws IOException {
    SpoolSegment first = segments.removeFirst();
    offset = 0; // Before anything can fail: it is no offset of the segment that is first now.
    first.delete();
  }

  private void pass(long to) throws IOException {
    SpoolSegment first = segments.getFirst();
    offset = to;
    ByteBuffer written = ByteBuffer.allocate(2 * Long.BYTES + Integer.BYTES);
    written.putLong(first.number).putLong(to).putInt(checksum(written)).flip();
    progress.write(written, 0);
    if (to >= first.end() && first != appended) {
      deleteFirst();
    }
    countBytes();
  }

  private void quarantine(SpoolSegment segment, long from, long to) throws IOException {
    LOG.atError()
        .addKeyValue("event", "spool_damaged")
        .addKeyValue("spool", directory.directory())
        .addKeyValue("bytes", to - from)
        .log(
            "{} bytes of spool segment {} from {} on are damaged, and the messages in them are not"
                + " sent; the bytes are kept in {}",
            to - from,
            segment,
            from,
            quarantine.directory());
    keep("%016x-%d.damaged".formatted(segment.number, from), segment.bytes(from, to - from));
  }

  private void keep(String name, ByteBuffer what) throws IOException {
    Path path = quarantine.path(name);
    boolean isNew = !Files.exists(path);
    try (FileChannel file = quarantine.openFile(path)) {
      while (what.hasRemaining()) {
        file.write(what);
      }
      file.force(true);
    }
    if (isNew) {
      damaged.incrementAndGet();
    }
  }

  // For anyone.

  /** How many messages there were when it was opened. */
  long messages() {
    return messages;
  }

  /** When the first of them was spooled, in milliseconds since 1970; -1 if there was none. */
  long oldest() {
    return oldest;
  }

  private void countBytes() {
    bytes = segments.stream().mapToLong(SpoolSegment::end).sum();
  }

  /** How many bytes the segments have. */
  long bytes() {
    return bytes;
  }

  /** How many files are in quarantine. */
  long quarantined() {
    return damaged.get();
  }

  @Override
  public void close() throws IOException {
    lock.lock();
    try (lockFile;
        progress) {
      for (SpoolSegment segment : segments) {
        segment.close();
      }
    } finally {
      lock.unlock();
    }
  }
}
