import type { Operation } from '../operations.ts';

export interface RequestSettings {
  readonly operation: Operation;
  readonly port: number;
  /** Each request is the next viewer's. */
  readonly tokens: readonly string[];
}

/** As many different requests, made before the clock runs; more than a second's, and no cache answers by them. */
const prepared = 4_096;

/** The bytes of each request of an operation. */
export function requestSource(settings: RequestSettings): (sequence: number) => Buffer {
  if (!settings.operation.repeats) return (sequence) => requestBytes(settings, sequence);
  const requests = Array.from({ length: prepared }, (_, sequence) => requestBytes(settings, sequence));
  return (sequence) => requests[sequence % prepared] ?? requestBytes(settings, sequence);
}

/** The number by which an operation knows the right answer. */
export function askedBy({ operation }: RequestSettings, sequence: number): number {
  return operation.repeats ? sequence % prepared : sequence;
}

function requestBytes({ operation, port, tokens }: RequestSettings, sequence: number): Buffer {
  const body = JSON.stringify(operation.ask(sequence));
  const head = [
    'POST /graphql HTTP/1.1',
    `host: 127.0.0.1:${port}`,
    'content-type: application/json',
    'accept: application/json',
    `authorization: Bearer ${tokens[sequence % tokens.length]}`,
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}
