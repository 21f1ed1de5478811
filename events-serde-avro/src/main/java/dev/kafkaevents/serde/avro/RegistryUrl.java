package dev.kafkaevents.serde.avro;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** URLs of a registry: what is in them is kept, a path included, but for what is secret. */
final class RegistryUrl {
  private RegistryUrl() {}

  static URI parse(String url) {
    URI uri;
    try {
      uri = new URI(url.strip());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(
          "a URL of the schema registry is not one, at character " + e.getIndex());
    }
    boolean http = "http".equalsIgnoreCase(uri.getScheme());
    if (uri.getHost() == null || (!http && !"https".equalsIgnoreCase(uri.getScheme()))) {
      throw new IllegalArgumentException(
          "a URL of the schema registry is %s://%s, must be http://… or https://…"
              .formatted(uri.getScheme(), uri.getHost()));
    }
    return uri;
  }

  /** Without user, query and a slash at the end. */
  static URI withoutUserInfo(URI uri) {
    String path = uri.getRawPath() == null ? "" : uri.getRawPath();
    while (path.endsWith("/")) {
      path = path.substring(0, path.length() - 1);
    }
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    return URI.create(uri.getScheme() + "://" + uri.getHost() + port + path);
  }

  /** A part of a path, or a value in a query. */
  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
