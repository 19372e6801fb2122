import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { serveJobs } from './serve-jobs.ts';
import type { StreamJob, StreamsRead } from './stream-job.ts';

/** As little as can be is made of an event: a thousand readers are one process here. */
const eventParts = /"id":"([^"]+)".*"checkedInAt":"([^"]+)"/;
const openAtATime = 50;

class Reader {
  readonly seen = new Set<string>();
  repeated = 0;
  error: string | undefined;
  #text = '';

  constructor(response: IncomingMessage, delays: number[]) {
    response.setEncoding('latin1');
    response.on('data', (text: string) => this.#read(text, delays));
    response.on('close', () => {
      this.error ??= 'The stream ended.';
    });
  }

  #read(text: string, delays: number[]): void {
    const events = (this.#text + text).split('\n\n');
    this.#text = events.pop() ?? '';
    const now = performance.timeOrigin + performance.now();
    for (const event of events) {
      if (event.startsWith(':')) continue;
      const [, id, at] = eventParts.exec(event) ?? [];
      if (id === undefined || at === undefined || event.includes('"errors"')) {
        this.error ??= event;
        continue;
      }
      if (this.seen.has(id)) this.repeated += 1;
      this.seen.add(id);
      delays.push(now - Date.parse(at));
    }
  }
}

let readers: Reader[] = [];
let delays: number[] = [];

type Opening = Extract<StreamJob, { kind: 'open' }>;

async function open({ origin, tokens, query, variables }: Opening, index: number): Promise<Reader> {
  const asking = request(`${origin}/graphql/stream`, {
    method: 'POST',
    agent: false,
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: `Bearer ${tokens[index % tokens.length]}`,
    },
  });
  asking.end(JSON.stringify({ query, variables }));
  const [response] = (await once(asking, 'response')) as [IncomingMessage];
  return new Reader(response, delays);
}

async function openAll(job: Opening): Promise<StreamsRead> {
  readers = [];
  delays = [];
  for (let from = 0; from < job.streams; from += openAtATime) {
    const length = Math.min(openAtATime, job.streams - from);
    readers.push(...(await Promise.all(Array.from({ length }, (_, at) => open(job, from + at)))));
  }
  return report(0);
}

async function read({ events, patience }: Extract<StreamJob, { kind: 'read' }>): Promise<StreamsRead> {
  const deadline = performance.now() + patience;
  const isWhole = () => readers.every(({ seen, error }) => seen.size >= events || error !== undefined);
  while (!isWhole() && performance.now() < deadline) await sleep(20);
  return report(events);
}

function report(events: number): StreamsRead {
  return {
    delays: Float64Array.from(delays),
    incomplete: readers.filter(({ seen, error }) => seen.size !== events || error !== undefined).length,
    repeated: readers.reduce((sum, { repeated }) => sum + repeated, 0),
    firstError: readers.find(({ error }) => error !== undefined)?.error,
  };
}

serveJobs(async (job: StreamJob) => (job.kind === 'open' ? await openAll(job) : await read(job)));
