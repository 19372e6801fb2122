import { setTimeout as sleep } from 'node:timers/promises';

export type Until = { readonly requests: number } | { readonly seconds: number };

/**
 * `closed`: so many callers, each sends when it has its answer; finds the best rate. `open`: requests come at a fixed
 * rate whether or not earlier ones are answered, as people do; shows what they wait.
 */
export type Pace =
  | { readonly kind: 'closed'; readonly callers: number }
  | { readonly kind: 'open'; readonly perSecond: number };

/** @param sequence counts requests from 0 */
export type Send = (sequence: number) => Promise<void>;

export interface Timing {
  /** In milliseconds, of each request. */
  readonly latencies: Float64Array;
  /** From the first request to the last answer. */
  readonly seconds: number;
}

/** Sends until the end is reached, and waits for every answer. */
export async function keepPace(send: Send, pace: Pace, until: Until): Promise<Timing> {
  const latencies: number[] = [];
  const started = performance.now();
  if (pace.kind === 'closed') await closed(send, pace.callers, until, latencies);
  else await open(send, pace.perSecond, until, latencies);
  return { latencies: Float64Array.from(latencies), seconds: (performance.now() - started) / 1000 };
}

async function closed(send: Send, callers: number, until: Until, latencies: number[]): Promise<void> {
  const end = 'seconds' in until ? performance.now() + until.seconds * 1000 : Number.POSITIVE_INFINITY;
  const most = 'requests' in until ? until.requests : Number.POSITIVE_INFINITY;
  let next = 0;
  const call = async () => {
    while (next < most && performance.now() < end) {
      const before = performance.now();
      await send(next++);
      latencies.push(performance.now() - before);
    }
  };
  await Promise.all(Array.from({ length: callers }, call));
}

/**
 * A latency counts from the moment the request was due, not from the moment it could be sent: what a stall delays is
 * part of what it costs (coordinated omission). Up to 1 ms of it is the timer's.
 */
async function open(send: Send, perSecond: number, until: Until, latencies: number[]): Promise<void> {
  const total = 'requests' in until ? until.requests : Math.round(until.seconds * perSecond);
  const started = performance.now();
  const underWay: Promise<void>[] = [];
  for (let sequence = 0; sequence < total; sequence += 1) {
    const due = started + (sequence * 1000) / perSecond;
    if (due > performance.now()) await sleep(due - performance.now());
    underWay.push(send(sequence).then(() => void latencies.push(performance.now() - due)));
  }
  await Promise.all(underWay);
}
