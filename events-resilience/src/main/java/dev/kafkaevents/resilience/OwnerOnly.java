package dev.kafkaevents.resilience;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A directory whose files only their owner may read, where the file system knows owners. It is made
 * if it is not there, for its owner only as well; one that is there stays as it is. Not final,
 * since tests have disks that fail.
 */
class OwnerOnly {
  private static final boolean KNOWS_OWNERS =
      FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

  private final Path directory;

  OwnerOnly(Path directory) throws IOException {
    this.directory = Files.createDirectories(directory, only("rwx------"));
  }

  Path directory() {
    return directory;
  }

  Path path(String name) {
    return directory.resolve(name);
  }

  OwnerOnly within(String name) throws IOException {
    return new OwnerOnly(path(name));
  }

  /** Opens a file to read and to write, and makes it if it is not there. */
  FileChannel openFile(Path file) throws IOException {
    return FileChannel.open(
        file,
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
        only("rw-------"));
  }

  /**
   * Waits until the disk knows of the files that were made here. Where file systems know no owners
   * they open no directory either, and write it by themselves.
   */
  void force() throws IOException {
    if (KNOWS_OWNERS) {
      try (FileChannel itself = FileChannel.open(directory, StandardOpenOption.READ)) {
        itself.force(true);
      }
    }
  }

  @Override
  public String toString() {
    return directory.toString();
  }

  private static FileAttribute<?>[] only(String permissions) {
    return KNOWS_OWNERS
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }
}
