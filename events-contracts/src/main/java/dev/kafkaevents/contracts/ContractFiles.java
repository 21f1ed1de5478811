package dev.kafkaevents.contracts;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The files of one contract, all of them in memory.
 *
 * @param name where they are from, as messages say it
 */
record ContractFiles(String name, SortedMap<String, byte[]> byPath) {
  static final String CONTRACT = "contract.yaml";

  /** A directory with a {@code contract.yaml} in it. */
  static ContractFiles inDirectory(Path directory) {
    if (!Files.isRegularFile(directory.resolve(CONTRACT))) {
      throw new ContractException(
          directory + ": has no " + CONTRACT + ", so it is not the directory of a contract");
    }
    return new ContractFiles(directory.toString(), walk(directory));
  }

  static ContractFiles onClassPath(String directory, ClassLoader loader) {
    String resource = directory + "/" + CONTRACT;
    URL url = loader.getResource(resource);
    if (url == null) {
      throw new ContractException(
          "classpath:"
              + directory
              + ": has no "
              + CONTRACT
              + " on the class path; is the jar of the contract a dependency of this test?");
    }
    try {
      if (url.openConnection() instanceof JarURLConnection jar) {
        jar.setUseCaches(false);
        try (InputStream in = jar.getJarFileURL().openStream()) {
          return part(unzipped(in), directory, "classpath:" + directory);
        }
      }
      Path file = Path.of(new URI(url.toString()));
      return new ContractFiles("classpath:" + directory, walk(parent(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new ContractException("classpath:" + directory + ": has no usable address", e);
    }
  }

  /** All contracts below {@code directory}, each in a directory of its own, in their order. */
  static List<ContractFiles> allIn(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw new ContractException(directory + ": is not a directory");
    }
    return all(walk(directory), directory.toString());
  }

  /** All contracts in a jar, or any archive of that form. */
  static List<ContractFiles> allInJar(Path jar) {
    try (InputStream in = Files.newInputStream(jar)) {
      return all(unzipped(in), jar.toString());
    } catch (IOException e) {
      throw new ContractException(jar + ": can't be read as a jar", e);
    }
  }

  static List<ContractFiles> allInJar(byte[] jar, String name) {
    try {
      return all(unzipped(new ByteArrayInputStream(jar)), name);
    } catch (IOException e) {
      throw new ContractException(name + ": can't be read as an archive", e);
    }
  }

  private static List<ContractFiles> all(SortedMap<String, byte[]> files, String name) {
    List<ContractFiles> contracts = new ArrayList<>();
    for (String path : files.keySet()) {
      if (path.equals(CONTRACT)) {
        contracts.add(new ContractFiles(name, files));
      } else if (path.endsWith("/" + CONTRACT)) {
        String directory = path.substring(0, path.length() - CONTRACT.length() - 1);
        contracts.add(part(files, directory, name + "/" + directory));
      }
    }
    return contracts;
  }

  private static ContractFiles part(
      SortedMap<String, byte[]> files, String directory, String name) {
    String prefix = directory + "/";
    SortedMap<String, byte[]> part = new TreeMap<>();
    for (Map.Entry<String, byte[]> each : files.tailMap(prefix).entrySet()) {
      if (!each.getKey().startsWith(prefix)) {
        break;
      }
      part.put(each.getKey().substring(prefix.length()), each.getValue());
    }
    return new ContractFiles(name, part);
  }

  private static Path parent(Path file) {
    Path parent = file.getParent();
    if (parent == null) {
      throw new ContractException(file + ": is in no directory");
    }
    return parent;
  }

  private static SortedMap<String, byte[]> walk(Path directory) {
    SortedMap<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        URI relative = directory.toUri().relativize(file.toUri());
        files.put(relative.getPath(), Files.readAllBytes(file));
      }
    } catch (IOException e) {
      throw new ContractException(directory + ": can't be read", e);
    }
    return files;
  }

  private static SortedMap<String, byte[]> unzipped(InputStream in) throws IOException {
    SortedMap<String, byte[]> files = new TreeMap<>();
    try (ZipInputStream zip = new ZipInputStream(in)) {
      for (@Nullable ZipEntry entry = zip.getNextEntry();
          entry != null;
          entry = zip.getNextEntry()) {
        if (!entry.isDirectory()) {
          files.put(entry.getName(), zip.readAllBytes());
        }
      }
    }
    return files;
  }

  /** How messages call one of the files. */
  String called(String path) {
    return name + "/" + path;
  }

  byte[] require(String path, String whatFor) {
    byte[] bytes = byPath.get(path);
    if (bytes == null) {
      throw new ContractException(called(path) + ": is missing; " + whatFor);
    }
    return bytes;
  }

  /** The files below {@code directory}, subdirectories included, by the rest of their path. */
  List<String> below(String directory) {
    return byPath.keySet().stream()
        .filter(path -> path.startsWith(directory + "/"))
        .map(path -> path.substring(directory.length() + 1))
        .toList();
  }
}
