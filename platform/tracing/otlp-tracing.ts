import { setTimeout as pause } from 'node:timers/promises';
import {
  type Context,
  DiagLogLevel,
  diag,
  isSpanContextValid,
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  SamplingDecision,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { TracingEnvironment } from '../env.ts';
import type { Log } from '../logging.ts';
import type { Span, SpanStart, Tracing } from './tracing.ts';

export interface OtlpTracingSettings extends TracingEnvironment {
  readonly service: string;
  /** Whether only services of the system say what this one is a part of. */
  readonly isWithin: boolean;
  readonly log: Log;
}

/** A stop has some seconds left when everything else is closed, in milliseconds. */
const flushPatience = 2_000;
/** How long a collector may take for a batch, in milliseconds. */
const exportPatience = 5_000;

const kinds = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL } as const;

/** Spans by OTLP over HTTP, in JSON, in batches. What a collector does not take in time is lost, never waited for. */
export function otlpTracing({ endpoint, ratio, service, isWithin, log }: OtlpTracingSettings): Tracing {
  diag.setLogger(collectorLog(log), DiagLogLevel.ERROR);
  const url = `${endpoint.replace(/\/$/, '')}/v1/traces`;
  const exporter = new OTLPTraceExporter({ url, timeoutMillis: exportPatience });
  // A stranger's flag can leave a trace out, but not put it in, nor can its id: chance decides where it comes in.
  const byChance = chanceSampler(ratio);
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': service }),
    sampler: new ParentBasedSampler({
      root: byChance,
      remoteParentSampled: isWithin ? new AlwaysOnSampler() : byChance,
    }),
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  });
  const tracer = provider.getTracer('tixgo');
  return {
    start: (name, { kind, parent, attributes }): Span => {
      const span = tracer.startSpan(name, { kind: kinds[kind], attributes }, contextOf(parent, kind));
      return {
        traceparent: traceparentOf(span.spanContext()),
        end: (errorType, more) => {
          if (more) span.setAttributes(more);
          if (errorType !== undefined) {
            span.setAttribute('error.type', errorType);
            span.setStatus({ code: SpanStatusCode.ERROR });
          }
          span.end();
        },
      };
    },
    stop: async () => {
      const patience = pause(flushPatience, undefined, { ref: false });
      await Promise.race([provider.shutdown().catch(() => {}), patience]);
    },
  };
}

function chanceSampler(ratio: number): Sampler {
  return {
    shouldSample: () => ({
      decision: Math.random() < ratio ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD,
    }),
    toString: () => `Chance{${ratio}}`,
  };
}

/** Version 00; later ones have more behind it. */
const traceparent =
  /^(?:00(?=.{53}$)|(?!00|ff)[0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/;

/** Of the caller's context nothing else is taken: neither its tracestate nor its baggage. */
function contextOf(parent: string | undefined, kind: SpanStart['kind']): Context {
  const [, traceId = '', spanId = '', flags = '0'] = (parent && traceparent.exec(parent)) || [];
  const spanContext = {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16) & 1,
    isRemote: kind === 'server',
  };
  return isSpanContextValid(spanContext) ? trace.setSpanContext(ROOT_CONTEXT, spanContext) : ROOT_CONTEXT;
}

function traceparentOf({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-0${traceFlags & 1}`;
}

/** Once for each outage would be better; the SDK says it for each batch. */
function collectorLog(log: Log) {
  const silent = () => {};
  const error = (reason: string) => log.warn({ reason }, 'spans are lost: the collector does not take them');
  return { error, warn: silent, info: silent, debug: silent, verbose: silent };
}
