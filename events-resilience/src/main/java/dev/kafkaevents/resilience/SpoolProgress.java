package dev.kafkaevents.resilience;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file that says how far a spool was sent, with a checksum. It is not forced: a machine that
 * dies may take the last of it along, and some messages are sent again. Guarded by the lock of its
 * log.
 */
final class SpoolProgress implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(SpoolProgress.class);

  private final OwnerOnly directory;
  private final FileChannel file;

  /** The first message that is not done: the number of its segment, and where it is in that. */
  record At(long segment, long offset) {}

  private SpoolProgress(OwnerOnly directory, FileChannel file) {
    this.directory = directory;
    this.file = file;
  }

  static SpoolProgress in(OwnerOnly directory) throws IOException {
    return new SpoolProgress(directory, directory.openFile(directory.path("progress")));
  }

  /** Before all segments if there is none, or none to be read. */
  At read() throws IOException {
    ByteBuffer read = ByteBuffer.allocate(2 * Long.BYTES + Integer.BYTES);
    while (read.hasRemaining() && file.read(read, read.position()) > 0) {
      // until all of it is there
    }
    if (!read.hasRemaining() && checksum(read) == read.getInt(2 * Long.BYTES)) {
      return new At(read.getLong(0), read.getLong(Long.BYTES));
    }
    if (read.position() > 0) {
      LOG.atWarn()
          .addKeyValue("event", "spool_progress_lost")
          .addKeyValue("spool", directory)
          .log(
              "the progress of spool {} can't be read; its messages are sent from the first segment"
                  + " on, and some of them again",
              directory);
    }
    return new At(-1, 0);
  }

  void write(long segment, long offset) throws IOException {
    ByteBuffer written = ByteBuffer.allocate(2 * Long.BYTES + Integer.BYTES);
    written.putLong(segment).putLong(offset).putInt(checksum(written)).flip();
    file.write(written, 0);
  }

  private static int checksum(ByteBuffer progress) {
    CRC32C crc = new CRC32C();
    crc.update(progress.slice(0, 2 * Long.BYTES));
    return (int) crc.getValue();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
