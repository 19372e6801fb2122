export type SpanAttributes = Readonly<Record<string, string | number>>;

/** One piece of work, as OpenTelemetry measures it. */
export interface Span {
  /** For whoever is asked in the course of it, as W3C Trace Context writes it. */
  readonly traceparent: string;
  /** @param errorType why it failed, by a code; undefined when it did not */
  end(errorType?: string, attributes?: SpanAttributes): void;
}

export interface SpanStart {
  /** A server is asked, a client asks; internal is what stays within the process. */
  readonly kind: 'server' | 'client' | 'internal';
  /** The traceparent of what it is a part of. One that is none begins a trace of its own. */
  readonly parent: string | undefined;
  readonly attributes: SpanAttributes;
}

/** The spans of one process. Where no collector is named there is none, and nothing is made or loaded for it. */
export interface Tracing {
  start(name: string, start: SpanStart): Span;
  /** Sends what is left, for a limited time. */
  stop(): Promise<void>;
}
