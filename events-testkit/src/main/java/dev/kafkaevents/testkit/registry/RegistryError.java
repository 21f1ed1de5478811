package dev.kafkaevents.testkit.registry;

/** A no of the registry: the status, its own code, and a text. */
final class RegistryError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int code;

  RegistryError(int code, String message) {
    super(message);
    this.code = code;
  }

  /** The first three digits of the code, as all registries do it. */
  int status() {
    return code > 999 ? code / 100 : code;
  }

  int code() {
    return code;
  }

  static RegistryError noSubject(String subject) {
    return new RegistryError(40401, "Subject '" + subject + "' not found.");
  }

  static RegistryError noVersion(String version) {
    return new RegistryError(40402, "Version " + version + " not found.");
  }

  static RegistryError noSchema(Object id) {
    return new RegistryError(40403, "Schema " + id + " not found");
  }
}
