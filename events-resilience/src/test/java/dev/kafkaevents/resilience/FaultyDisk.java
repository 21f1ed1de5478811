package dev.kafkaevents.resilience;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;

/**
 * A directory on the real disk, of which some operations fail, or take as long as they are told.
 */
final class FaultyDisk extends OwnerOnly {
  /** What a disk is asked for. */
  enum Operation {
    WRITE,
    FORCE,
    TRUNCATE,
    FORCE_DIRECTORY
  }

  /** Looks at an operation before it happens, on a file of that name. */
  interface Fault {
    void before(Operation operation, String file) throws IOException;
  }

  private static final Fault NONE = (operation, file) -> {};

  private volatile Fault fault = NONE;

  FaultyDisk(Path directory) throws IOException {
    super(directory);
  }

  void fails(Fault how) {
    fault = how;
  }

  void isWell() {
    fault = NONE;
  }

  @Override
  FileChannel openFile(Path file) throws IOException {
    return new FaultyFile(super.openFile(file), String.valueOf(file.getFileName()));
  }

  @Override
  void force() throws IOException {
    fault.before(Operation.FORCE_DIRECTORY, "");
    super.force();
  }

  private final class FaultyFile extends FileChannel {
    private final FileChannel file;
    private final String name;

    FaultyFile(FileChannel file, String name) {
      this.file = file;
      this.name = name;
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
      fault.before(Operation.WRITE, name);
      return file.write(bytes);
    }

    @Override
    public long write(ByteBuffer[] bytes, int from, int count) throws IOException {
      fault.before(Operation.WRITE, name);
      return file.write(bytes, from, count);
    }

    @Override
    public int write(ByteBuffer bytes, long at) throws IOException {
      fault.before(Operation.WRITE, name);
      return file.write(bytes, at);
    }

    @Override
    public void force(boolean metaData) throws IOException {
      fault.before(Operation.FORCE, name);
      file.force(metaData);
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
      fault.before(Operation.TRUNCATE, name);
      file.truncate(size);
      return this;
    }

    @Override
    public int read(ByteBuffer bytes) throws IOException {
      return file.read(bytes);
    }

    @Override
    public long read(ByteBuffer[] bytes, int from, int count) throws IOException {
      return file.read(bytes, from, count);
    }

    @Override
    public int read(ByteBuffer bytes, long at) throws IOException {
      return file.read(bytes, at);
    }

    @Override
    public long position() throws IOException {
      return file.position();
    }

    @Override
    public FileChannel position(long at) throws IOException {
      file.position(at);
      return this;
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public long transferTo(long at, long count, WritableByteChannel target) throws IOException {
      return file.transferTo(at, count, target);
    }

    @Override
    public long transferFrom(ReadableByteChannel from, long at, long count) throws IOException {
      return file.transferFrom(from, at, count);
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long at, long size) throws IOException {
      return file.map(mode, at, size);
    }

    @Override
    public FileLock lock(long at, long size, boolean shared) throws IOException {
      return file.lock(at, size, shared);
    }

    @Override
    public FileLock tryLock(long at, long size, boolean shared) throws IOException {
      return file.tryLock(at, size, shared);
    }

    @Override
    protected void implCloseChannel() throws IOException {
      file.close();
    }
  }
}
