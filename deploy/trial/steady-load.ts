import { parseArgs } from 'node:util';

/**
 * People who go on using a system while it is deployed: each asks over a connection that is kept, one request after the
 * other, and never a second time. SIGTERM ends it; it prints what it saw, and its exit code is 0 when nothing failed.
 *
 *   node deploy/trial/steady-load.ts --url https://localhost --token … --event … --people 8 --pause 100
 */
const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://localhost:18082' },
    token: { type: 'string', default: '' },
    event: { type: 'string', default: 'load' },
    people: { type: 'string', default: '8' },
    pause: { type: 'string', default: '100' },
  },
});

const reading = {
  query: `{ events(first: 3) { edges { node { id name ticketTypes { id available }
    summary { attendance { totalCheckedIn } } } } } me { username role } }`,
};
let ended = false;
let answered = 0;
const failures: string[] = [];
const times: number[] = [];

/** A ticket of the person's own each time: what is written must be written once. */
function checkIn(ticketId: string) {
  const query = `mutation ($input: CheckInInput!) { checkIn(input: $input) { __typename } }`;
  return { query, variables: { input: { eventId: values.event, ticketId } } };
}

async function ask(body: object): Promise<void> {
  const before = performance.now();
  try {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${values.token}` };
    const response = await fetch(`${values.url}/graphql`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(15_000),
    });
    const text = await response.text();
    answered += 1;
    times.push(performance.now() - before);
    if (response.status !== 200 || text.includes('"errors"') || text.includes('Refusal')) {
      failures.push(`${new Date().toISOString()} ${response.status} ${text.slice(0, 300)}`);
    }
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    failures.push(`${new Date().toISOString()} ${cause}`);
  }
}

async function use(person: number): Promise<void> {
  for (let count = 0; !ended; count += 1) {
    await ask(count % 2 === 0 ? reading : checkIn(`load-${process.pid}-${person}-${count}`));
    await new Promise((resolve) => setTimeout(resolve, Number(values.pause)));
  }
}

process.on('SIGTERM', () => {
  ended = true;
});
await Promise.all(Array.from({ length: Number(values.people) }, (_, person) => use(person)));
times.sort((left, right) => left - right);
const slowest = Math.round(times.at(-1) ?? 0);
const median = Math.round(times[Math.floor(times.length / 2)] ?? 0);
process.stdout.write(
  `${answered} answers, ${failures.length} failures, half within ${median} ms, all within ${slowest} ms\n`,
);
for (const failure of failures.slice(0, 20)) process.stdout.write(`${failure}\n`);
process.exitCode = failures.length > 0 || answered === 0 ? 1 : 0;
