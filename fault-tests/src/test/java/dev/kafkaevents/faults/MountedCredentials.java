package dev.kafkaevents.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.auth.login.AppConfigurationEntry;
import org.apache.kafka.common.security.auth.AuthenticateCallbackHandler;

/** The code of docs/security.md: what is asked at each login comes from files, as they are then. */
public final class MountedCredentials implements AuthenticateCallbackHandler {
  private Path directory = Path.of("");

  @Override
  public void configure(Map<String, ?> config, String mechanism, List<AppConfigurationEntry> jaas) {
    directory = Path.of((String) jaas.get(0).getOptions().get("directory"));
  }

  @Override
  public void handle(Callback[] callbacks) throws IOException {
    for (Callback asked : callbacks) {
      if (asked instanceof NameCallback name) {
        name.setName(read("username"));
      } else if (asked instanceof PasswordCallback password) {
        password.setPassword(read("password").toCharArray());
      }
    }
  }

  private String read(String name) throws IOException {
    return Files.readString(directory.resolve(name)).strip();
  }

  @Override
  public void close() {}
}
