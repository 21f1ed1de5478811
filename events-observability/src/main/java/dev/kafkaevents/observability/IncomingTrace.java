package dev.kafkaevents.observability;

/** What a trace that came in with a record means to the span of its delivery. */
public enum IncomingTrace {
  /** The delivery goes on in the trace of the record: one trace from the publish on. */
  PARENT,
  /** The delivery begins a trace of its own, with a link to that of the record. */
  LINK,
  /** The delivery begins a trace of its own, and what the record says is not even read. */
  IGNORE
}
