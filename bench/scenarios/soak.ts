import { setTimeout as sleep } from 'node:timers/promises';
import { summaryQuery } from '../load/operations.ts';
import { figure } from '../report/table.ts';
import { type Bench, type Scenario, verify } from '../scenario.ts';
import { ask } from '../system/ask.ts';
import { countAttendance, createEvent } from '../system/events.ts';
import { startHost } from '../system/host.ts';
import { memoryOf } from '../system/process-figures.ts';
import { temporaryFolder } from '../system/temporary-folder.ts';

/** design: an hour of load leaves at most this much memory in use. */
const limitMebibytes = 700;
const callers = 16;
/** More than any cache of documents holds, as clients that write their values into the document send. */
const distinctDocuments = 5_000;

interface Load {
  readonly eventId: string;
  readonly until: number;
  requests: number;
  admitted: number;
}

interface Sample {
  readonly minute: number;
  readonly requests: number;
  readonly resident: number;
}

export const soak: Scenario = {
  name: 'soak',
  about: 'The memory of the embedded system over an hour of mixed load; only when it is asked for',
  run: async (bench) => {
    const minutes = bench.quick ? 1 : 60;
    const folder = await temporaryFolder(bench.resources);
    const host = await startHost(bench, { environment: { DATA_DIR: folder, DEMO_DATA: 'true' } });
    const load: Load = { eventId: 'soak', until: Date.now() + minutes * 60_000, requests: 0, admitted: 0 };
    await createEvent(host.origin, load.eventId);
    bench.say(`${callers} callers for ${minutes} min`);
    const [samples] = await Promise.all([
      watch(bench, host.pid, load, minutes),
      ...Array.from({ length: callers }, (_, caller) => call(host.origin, load, caller)),
    ]);
    const counted = await countAttendance(host.origin, load.eventId);
    verify(counted.totalCheckedIn === load.admitted, `${load.admitted} admitted, counted otherwise`);
    verify(counted.logged === load.admitted, `${load.admitted} admitted, logged otherwise`);
    const largest = Math.max(...samples.map(({ resident }) => resident));
    return {
      tables: [
        {
          title: `The embedded system under ${callers} callers: scans, summaries and lists, two to one to one`,
          columns: ['after min', 'requests', 'RSS MiB'],
          rows: everyTwelfth(samples).map(({ minute, requests, resident }) => [
            String(minute),
            String(requests),
            figure(resident),
          ]),
        },
      ],
      targets: [
        {
          what: 'largest memory of any minute',
          measured: `${figure(largest)} MiB`,
          wanted: `at most ${limitMebibytes} MiB`,
          met: largest <= limitMebibytes,
        },
      ],
    };
  },
};

async function watch(bench: Bench, pid: number, load: Load, minutes: number): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (let minute = 1; minute <= minutes; minute += 1) {
    await sleep(load.until - (minutes - minute) * 60_000 - Date.now());
    const sample = { minute, requests: load.requests, resident: memoryOf(pid).resident };
    samples.push(sample);
    bench.say(`minute ${minute}: ${sample.requests} requests, ${figure(sample.resident)} MiB`);
  }
  return samples;
}

/** One after another until the time is up. @throws at the first wrong answer */
async function call(origin: string, load: Load, caller: number): Promise<void> {
  while (Date.now() < load.until) {
    load.requests += 1;
    await requestsOfCallers[caller % requestsOfCallers.length]?.(origin, load, load.requests);
  }
}

type Request = (origin: string, load: Load, sequence: number) => Promise<void>;

const scan: Request = async (origin, load, sequence) => {
  const { checkIn } = await ask<{ checkIn: { __typename: string } }>(
    origin,
    'mutation($input: CheckInInput!) { checkIn(input: $input) { __typename } }',
    { input: { eventId: load.eventId, ticketId: `soak-${sequence}`, gate: 'North' } },
  );
  verify(checkIn.__typename === 'CheckIn', `a new ticket was answered with ${checkIn.__typename}`);
  load.admitted += 1;
};

const readSummary: Request = async (origin, { eventId }, sequence) => {
  const document = summaryQuery.replace('Summary', `Summary${sequence % distinctDocuments}`);
  const { event } = await ask<{ event: { summary: { attendance: { totalCheckedIn: number } } } }>(
    origin,
    document,
    { id: eventId },
  );
  verify(event.summary.attendance.totalCheckedIn >= 0, 'a summary without a count');
};

const listEvents: Request = async (origin) => {
  const { events } = await ask<{ events: { edges: readonly unknown[] } }>(
    origin,
    '{ events(first: 20) { edges { node { name organizer { username } } } } }',
  );
  verify(events.edges.length > 1, 'a list without the demo events');
};

const requestsOfCallers: readonly Request[] = [scan, scan, readSummary, listEvents];

function everyTwelfth(samples: readonly Sample[]): readonly Sample[] {
  const step = Math.max(1, Math.floor(samples.length / 12));
  return samples.filter((_, index) => (index + 1) % step === 0);
}
