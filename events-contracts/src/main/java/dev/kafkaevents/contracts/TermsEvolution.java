package dev.kafkaevents.contracts;

import dev.kafkaevents.contracts.Contract.Terms;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What changed in a contract besides its schemas, and breaks somebody. */
final class TermsEvolution {
  private TermsEvolution() {}

  static List<Finding> check(Contract before, Contract now) {
    Terms was = before.terms();
    Terms is = now.terms();
    List<Finding> findings = new ArrayList<>();
    changed(findings, "topic.name", was.topic(), is.topic());
    if (was.key() != null) {
      changed(findings, "topic.partitions", was.partitions(), is.partitions());
    }
    changed(findings, "topic.cleanup", was.cleanup(), is.cleanup());
    changed(findings, "key", key(was), key(is));
    changed(findings, "payload.format", was.format(), is.format());
    if (isWeaker(is.compatibility(), was.compatibility())) {
      changed(findings, "compatibility", was.compatibility(), is.compatibility());
    }
    headers(was, is, findings);
    before
        .schemas()
        .forEach(
            (version, schema) -> {
              PayloadSchema same = now.schemas().get(version);
              if (same == null) {
                if (was.compatibility().backward
                    && (was.compatibility().transitive || version.equals(before.current()))) {
                  findings.add(
                      broken(
                          "payload.readable",
                          version + " may still be on the topic, and is not readable any more"));
                }
              } else if (!same.isSameAs(schema)) {
                findings.add(
                    broken(
                        "schema/" + version,
                        "was changed after it was published; a change is a new version"));
              }
            });
    return findings;
  }

  private static boolean isWeaker(Compatibility now, Compatibility before) {
    return (before.backward && !now.backward)
        || (before.forward && !now.forward)
        || (before.transitive && !now.transitive);
  }

  private static String key(Terms terms) {
    KeyRule key = terms.key();
    return key == null ? "none" : key.from() + " of format " + key.format().written();
  }

  private static void headers(Terms was, Terms is, List<Finding> findings) {
    for (Map.Entry<String, HeaderRule> each : was.headers().entrySet()) {
      HeaderRule rule = is.headers().get(each.getKey());
      String at = "headers." + each.getKey();
      if (rule == null) {
        findings.add(broken(at, "is gone"));
      } else {
        if (each.getValue().required() && !rule.required()) {
          findings.add(broken(at, "was required, and may be missing now"));
        }
        changed(findings, at, each.getValue().allowed(), rule.allowed());
      }
    }
    if (was.compatibility().backward) {
      is.headers()
          .forEach(
              (name, rule) -> {
                HeaderRule before = was.headers().get(name);
                if (rule.required() && (before == null || !before.required())) {
                  findings.add(
                      broken(
                          "headers." + name,
                          "is required now, and what is on the topic may lack it"));
                }
              });
    }
  }

  private static void changed(List<Finding> findings, String at, Object was, Object is) {
    if (!Objects.equals(was, is)) {
      findings.add(broken(at, "was " + was + ", is " + is));
    }
  }

  private static Finding broken(String at, String text) {
    return Finding.breaking("", at, text, null);
  }
}
