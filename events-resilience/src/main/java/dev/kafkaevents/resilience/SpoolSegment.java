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
 * One file of a spool: frames, one after the other. One thread appends; others read what is before
 * the end.
 */
final class SpoolSegment implements Closeable {
  /** Read at once, unless a frame is larger. */
  private static final int CHUNK = 1 << 20;

  final long number;
  final Path path;
  private final FileChannel channel;

  /** Just past the last byte that is known to be on the disk. */
  private volatile long end;

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

  /**
   * Writes {@code frames} at the end, and waits until the disk has them. All of them or, as far as
   * the disk lets it, none.
   */
  void append(List<ByteBuffer> frames) throws IOException {
    long begin = end;
    try {
      channel.position(begin);
      ByteBuffer[] left = frames.toArray(ByteBuffer[]::new);
      long toWrite = frames.stream().mapToLong(ByteBuffer::remaining).sum();
      for (long written = 0; written < toWrite; ) {
        written += channel.write(left);
      }
      channel.force(false);
      end = begin + toWrite;
    } catch (IOException e) {
      try {
        cut(begin);
      } catch (IOException again) {
        e.addSuppressed(again);
      }
      throw e;
    }
  }

  /** Lets go of everything from {@code at} on. */
  void cut(long at) throws IOException {
    channel.truncate(at);
    channel.force(false);
    end = at;
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
