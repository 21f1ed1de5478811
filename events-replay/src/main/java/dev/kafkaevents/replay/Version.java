package dev.kafkaevents.replay;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import org.apache.kafka.common.utils.AppInfoParser;
import picocli.CommandLine.IVersionProvider;

/** Of the command, written down by the build, and of the clients it runs on. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() throws IOException {
    Properties built = new Properties();
    try (InputStream written = Version.class.getResourceAsStream("version.properties")) {
      built.load(requireNonNull(written, "version.properties"));
    }
    return new String[] {
      "dead-letters %s, on kafka-clients %s"
          .formatted(built.getProperty("version"), AppInfoParser.getVersion())
    };
  }
}
