package dev.kafkaevents.resilience;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What of a spool could not be read, and messages that no topic takes: kept aside, a file for each,
 * for somebody to look at. Written under the lock of its log; anyone may ask how many there are.
 */
final class SpoolQuarantine {
  private static final Logger LOG = LoggerFactory.getLogger(SpoolQuarantine.class);

  private final OwnerOnly spool;
  private final OwnerOnly directory;
  private final AtomicLong files;

  private SpoolQuarantine(OwnerOnly spool, OwnerOnly directory, long files) {
    this.spool = spool;
    this.directory = directory;
    this.files = new AtomicLong(files);
  }

  static SpoolQuarantine in(OwnerOnly spool) throws IOException {
    OwnerOnly directory = spool.within("quarantine");
    try (Stream<Path> files = Files.list(directory.directory())) {
      return new SpoolQuarantine(spool, directory, files.count());
    }
  }

  /** Bytes of a segment that are no message. On the disk when this returns. */
  void damaged(SpoolSegment segment, long from, long to) throws IOException {
    LOG.atError()
        .addKeyValue("event", "spool_damaged")
        .addKeyValue("spool", spool)
        .addKeyValue("bytes", to - from)
        .log(
            "{} bytes of spool segment {} from {} on are damaged, and the messages in them are not"
                + " sent; the bytes are kept in {}",
            to - from,
            segment,
            from,
            directory);
    keep("%016x-%d.damaged".formatted(segment.number, from), segment.bytes(from, to - from));
  }

  /** A message that its topic does not take for what it is. On the disk when this returns. */
  void refused(SpoolSegment segment, long at, SpoolFrame frame) throws IOException {
    keep("%016x-%d.refused".formatted(segment.number, at), segment.bytes(at, frame.size()));
  }

  /** The same name twice is the same bytes again. */
  private void keep(String name, ByteBuffer what) throws IOException {
    Path path = directory.path(name);
    boolean isNew = !Files.exists(path);
    try (FileChannel file = directory.openFile(path)) {
      while (what.hasRemaining()) {
        file.write(what);
      }
      file.force(true);
    }
    if (isNew) {
      files.incrementAndGet();
      directory.force();
    }
  }

  long files() {
    return files.get();
  }
}
