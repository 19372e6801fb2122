import { once } from 'node:events';
import { Cluster } from './cluster.ts';
import { describeCluster } from './cluster-description.ts';
import { readRequest } from './cluster-request.ts';
import { keepRunning } from './replica-watch.ts';

/** What npm repeats of one Ctrl-C comes at once, in milliseconds; a person who presses it again takes longer. */
const repeatedSignal = 1_000;

const stopping = new AbortController();
let cluster: Cluster | undefined;
let askedAt = 0;

/** The first time in good order, a second time at once. */
function askToStop(): void {
  if (!stopping.signal.aborted) {
    askedAt = Date.now();
    console.log('stopping');
    stopping.abort(new Error('It was stopped while it started.'));
  } else if (Date.now() - askedAt > repeatedSignal) cluster?.killServices();
}

/** Each line under the name of the service that said it. */
function show(service: string, text: string): void {
  for (const line of text.trimEnd().split('\n')) console.error(`${service.padEnd(11)} ${line}`);
}

async function main(): Promise<void> {
  const { signal } = stopping;
  cluster = await Cluster.start({ ...readRequest(process.argv.slice(2)), signal, onOutput: show });
  try {
    for (const line of describeCluster(cluster)) console.log(line);
    keepRunning(cluster, signal, (line) => console.log(line));
    if (!signal.aborted) await once(signal, 'abort');
  } finally {
    await cluster.stop();
  }
}

// A terminal that was closed takes no more lines; the services are to be stopped all the same.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, askToStop);

try {
  await main();
} catch (error) {
  if (!stopping.signal.aborted) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
process.exit();
