import { setTimeout as sleep } from 'node:timers/promises';
import { median } from '../report/statistics.ts';
import { figure } from '../report/table.ts';
import type { Bench, Scenario, Target } from '../scenario.ts';
import { startHost } from '../system/host.ts';
import { type Memory, memoryOf } from '../system/process-figures.ts';
import { temporaryFolder } from '../system/temporary-folder.ts';

interface Start extends Memory {
  readonly seconds: number;
}

export const startupMemory: Scenario = {
  name: 'startup-memory',
  about: 'From spawn to /ready, and the memory of an idle system, as `npm start` runs it',
  run: async (bench) => {
    const first: Start[] = [];
    const later: Start[] = [];
    for (let round = 0; round < (bench.quick ? 1 : 5); round += 1) {
      const folder = await temporaryFolder(bench.resources);
      bench.say(`first start, then two more on the same folder (round ${round + 1})`);
      first.push(await start(bench, folder));
      later.push(await start(bench, folder), await start(bench, folder));
    }
    return {
      tables: [
        {
          title: 'The embedded system with demo data, one process',
          columns: ['start', 'ready after s', 'slowest s', 'idle RSS MiB', 'largest MiB', 'peak MiB'],
          rows: [rowOf('very first', first), rowOf('with data present', later)],
        },
      ],
      targets: [
        atMost('ready on the very first start', median(secondsOf(first)), 8, 's'),
        atMost('ready with data present', median(secondsOf(later)), 3, 's'),
        atMost('idle memory', Math.max(...residentOf([...first, ...later])), 450, 'MiB'),
      ],
    };
  },
};

/** As `npm start` has it: embedded database, demo data, the default log. */
async function start(bench: Bench, folder: string): Promise<Start> {
  const environment = { DATA_DIR: folder, DEMO_DATA: 'true', LOG_LEVEL: 'info' };
  const host = await startHost(bench, { environment });
  await sleep(bench.quick ? 3_000 : 30_000);
  const memory = memoryOf(host.pid);
  await host.stop();
  return { seconds: host.readyAfter / 1000, ...memory };
}

const secondsOf = (starts: readonly Start[]) => starts.map(({ seconds }) => seconds);
const residentOf = (starts: readonly Start[]) => starts.map(({ resident }) => resident);

function rowOf(label: string, starts: readonly Start[]): string[] {
  const seconds = secondsOf(starts);
  const resident = residentOf(starts);
  return [
    label,
    figure(median(seconds)),
    figure(Math.max(...seconds)),
    figure(median(resident)),
    figure(Math.max(...resident)),
    figure(Math.max(...starts.map(({ peak }) => peak))),
  ];
}

function atMost(what: string, value: number, limit: number, unit: string): Target {
  return {
    what,
    measured: `${figure(value)} ${unit}`,
    wanted: `at most ${limit} ${unit}`,
    met: value <= limit,
  };
}
