package dev.kafkaevents.contracts;

/**
 * What is wrong with a value, and where.
 *
 * @param path a JSON pointer to the field, also to one that is missing
 * @param keyword of the schema, or the kind of problem
 * @param text what came and what is allowed, without the value
 */
record Problem(String path, String keyword, String text) {
  @Override
  public String toString() {
    return (path.isEmpty() ? "/" : path) + ": " + text;
  }
}
