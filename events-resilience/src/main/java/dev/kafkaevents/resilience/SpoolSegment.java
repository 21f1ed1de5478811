package dev.kafkaevents.resilience;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One file of a spool: frames, one after the other. One thread appends; the other reads what is
 * before the end. Where that is, and how many messages are left, is guarded by the lock of the log.
 */
final class SpoolSegment implements Closeable {
  /** Read at once, unless a frame is larger. */
  private static final int CHUNK = 1 << 20;

  final long number;
  private final Path path;
  private final FileChannel channel;

  /** Just past the last byte that is known to be on the disk. */
  private long end;

  /** Before the end, and not done. */
  private long messages;

  /**
   * What a failed write left behind the end could not be cut off, so that nothing may be written
   * there. Confined to the thread that appends.
   */
  private boolean isSpoilt;

  private SpoolSegment(long number, Path path, FileChannel channel) throws IOException {
    this.number = number;
    this.path = path;
    this.channel = channel;
    this.end = channel.size();
  }

  static SpoolSegment open(OwnerOnly directory, long number) throws IOException {
    Path path = directory.path("%016x.spool".formatted(number));
    return new SpoolSegment(number, path, directory.openFile(path));
  }

  /** The number of the segment that {@code file} is; -1 if it is none. */
  static long numberOf(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.matches("[0-9a-f]{16}\\.spool") ? Long.parseLong(name.substring(0, 16), 16) : -1;
  }

  long end() {
    return end;
  }

  long messages() {
    return messages;
  }

  /** So many are stored, or aside. */
  void done(int messages) {
    this.messages -= messages;
  }

  // For the thread that appends.

  boolean hasRoom(long size) {
    return end < size && !isSpoilt;
  }

  /**
   * Writes {@code frames} behind the end, and waits until the disk has them: all of them or, as far
   * as the disk lets it, none. They are there for others after {@link #grow}.
   *
   * @return how many bytes that is
   */
  long append(List<ByteBuffer> frames) throws IOException {
    try {
      channel.position(end);
      ByteBuffer[] left = frames.toArray(ByteBuffer[]::new);
      long toWrite = frames.stream().mapToLong(ByteBuffer::remaining).sum();
      for (long written = 0; written < toWrite; ) {
        written += channel.write(left);
      }
      channel.force(false);
      return toWrite;
    } catch (IOException | RuntimeException | Error e) {
      try {
        cut(end);
      } catch (IOException again) {
        isSpoilt = true;
        e.addSuppressed(again);
      }
      throw e;
    }
  }

  void grow(long bytes, int messages) {
    end += bytes;
    this.messages += messages;
  }

  // For the thread that reads.

  /** Lets go of everything from {@code at} on. */
  void cut(long at) throws IOException {
    channel.truncate(at);
    channel.force(false);
    end = at;
  }

  /**
   * How it is from some offset on.
   *
   * @param oldest when the first message was spooled; 0 if there is none
   * @param tail where bytes begin that are no frame and go on to the end; the end if there are none
   */
  record Survey(long oldest, long tail) {}

  /** Counts the messages from {@code from} on, past what is damaged. */
  Survey survey(long from) throws IOException {
    long counted = 0;
    long oldest = 0;
    long at = from;
    while (at < end) {
      Found found = read(at, Integer.MAX_VALUE);
      for (SpoolFrame frame : found.frames) {
        oldest = counted++ == 0 ? frame.spooledAt() : oldest;
        at += frame.size();
      }
      if (found.frames.isEmpty()) {
        if (found.resumesAt == end) {
          break;
        }
        at = found.resumesAt;
      }
    }
    messages = counted;
    return new Survey(oldest, at);
  }

  /**
   * What is there from some offset on.
   *
   * @param frames as many as were asked for, or came in one read
   * @param resumesAt if there are none: where the next frame begins past bytes that are no frame,
   *     or the end; otherwise -1
   */
  record Found(List<SpoolFrame> frames, long resumesAt) {}

  /** Reads from {@code from}, which is before the end, up to {@code max} frames. */
  Found read(long from, int max) throws IOException {
    List<SpoolFrame> frames = new ArrayList<>();
    ByteBuffer bytes = bytes(from, Math.min(CHUNK, end - from));
    int at = 0;
    while (frames.size() < max && at < bytes.limit()) {
      SpoolFrame frame = SpoolFrame.decode(bytes, at);
      if (frame == null && frames.isEmpty()) {
        long size = SpoolFrame.sizeAt(bytes, 0);
        if (size > bytes.limit() && size <= end - from) {
          bytes = bytes(from, size);
          frame = SpoolFrame.decode(bytes, 0);
        }
        if (frame == null) {
          return new Found(frames, nextFrame(from + 1));
        }
      }
      if (frame == null) {
        break;
      }
      frames.add(frame);
      at += frame.size();
    }
    return new Found(frames, -1);
  }

  private long nextFrame(long from) throws IOException {
    ByteBuffer bytes = bytes(from, end - from);
    for (int at = 0; at < bytes.limit(); at++) {
      if (SpoolFrame.decode(bytes, at) != null) {
        return from + at;
      }
    }
    return end;
  }

  /** Whether what is from {@code at} to the end is a frame that was not written to its end. */
  boolean isTorn(long at) throws IOException {
    return SpoolFrame.isTorn(bytes(at, end - at));
  }

  ByteBuffer bytes(long from, long size) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(size));
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, from + bytes.position()) < 0) {
        throw new IOException("%s ends before %d".formatted(path, from + size));
      }
    }
    return bytes.flip();
  }

  void delete() throws IOException {
    channel.close();
    Files.deleteIfExists(path);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
