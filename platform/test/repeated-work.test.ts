import { execFile } from 'node:child_process';
import { setTimeout as passing } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createLog } from '../logging.ts';
import { RepeatedWork } from '../repeated-work.ts';

const started: RepeatedWork[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((work) => work.stop()));
});

/** Work that keeps when it ran, and of which a test waits for the n-th round. */
function recorded(round: (turn: number) => Promise<boolean>, interval = 2) {
  const lines: { level: number; msg: string; work: string; err?: { message: string } }[] = [];
  const rounds: { start: number; end: number }[] = [];
  const waiting = new Map<number, () => void>();
  let running = 0;
  let mostAtOnce = 0;
  let turns = 0;
  const work = new RepeatedWork({
    name: 'sweeping',
    interval,
    log: createLog('info', { write: (line) => void lines.push(JSON.parse(line)) }),
    work: async () => {
      const start = performance.now();
      const turn = ++turns;
      running += 1;
      mostAtOnce = Math.max(mostAtOnce, running);
      waiting.get(turn)?.();
      try {
        return await round(turn);
      } finally {
        running -= 1;
        rounds.push({ start, end: performance.now() });
      }
    },
  });
  started.push(work);
  return {
    work,
    rounds,
    lines,
    turns: () => turns,
    mostAtOnce: () => mostAtOnce,
    hasBegun: (turn: number) =>
      turns >= turn ? Promise.resolve() : new Promise<void>((resolve) => waiting.set(turn, resolve)),
  };
}

/** How long lies between the end of each round and the start of the next. Timers may be early by a millisecond. */
const pauses = (rounds: readonly { start: number; end: number }[]) =>
  rounds.slice(1).map(({ start }, index) => start - (rounds[index]?.end ?? 0));

const isPending = async (promise: Promise<unknown>) =>
  (await Promise.race([promise, passing(30, 'pending')])) === 'pending';

describe('work that repeats', () => {
  test('runs again an interval after it ended', async () => {
    const sweeping = recorded(() => passing(15, false), 20);
    sweeping.work.start();
    expect(sweeping.turns()).toBe(0);
    await sweeping.hasBegun(4);
    expect(Math.min(...pauses(sweeping.rounds))).toBeGreaterThanOrEqual(18);
  });

  test('never runs twice at once, however long it takes', async () => {
    const sweeping = recorded(() => passing(10, false), 1);
    sweeping.work.start();
    await sweeping.hasBegun(5);
    expect(sweeping.mostAtOnce()).toBe(1);
  });

  test('nor when it is started twice', async () => {
    const sweeping = recorded(() => passing(10, false), 5);
    sweeping.work.start();
    sweeping.work.start();
    await sweeping.hasBegun(1);
    sweeping.work.start();
    await sweeping.hasBegun(6);
    expect(sweeping.mostAtOnce()).toBe(1);
  });

  test('runs again at once while there is more to do, and then rests', async () => {
    const sweeping = recorded(async (turn) => turn < 4, 1_000);
    sweeping.work.start();
    await sweeping.hasBegun(5);
    const [first, second, third, rest] = pauses(sweeping.rounds.concat({ start: performance.now(), end: 0 }));
    expect(Math.max(first ?? 1_000, second ?? 1_000, third ?? 1_000)).toBeLessThan(900);
    expect(rest).toBeGreaterThanOrEqual(998);
  });

  test('does not keep its process alive', async () => {
    const here = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
    const script = `
      import { RepeatedWork } from ${here('../repeated-work.ts')};
      import { createLog } from ${here('../logging.ts')};
      new RepeatedWork({ name: 'x', interval: 3_600_000, work: async () => false, log: createLog('silent') }).start();
      console.log('started');`;
    const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      timeout: 10_000,
    });
    expect((await run).stdout).toBe('started\n');
  });
});

describe('work that fails', () => {
  test('is told of once for each outage and when it is over, and goes on', async () => {
    const sweeping = recorded(async (turn) => {
      if ([2, 3, 4, 6].includes(turn)) throw new Error(`no ${turn}`);
      return false;
    });
    sweeping.work.start();
    await sweeping.hasBegun(9);
    await sweeping.work.stop();
    const failed = (message: string) => ({
      level: 40,
      msg: 'failed; trying again',
      work: 'sweeping',
      err: { message },
    });
    const recovered = { level: 30, msg: 'works again', work: 'sweeping' };
    expect(sweeping.lines).toMatchObject([failed('no 2'), recovered, failed('no 6'), recovered]);
  });

  test('waits the interval before it tries again, though there may be more', async () => {
    const sweeping = recorded(async (turn) => {
      if (turn === 2) throw new Error('no');
      return turn === 1;
    }, 1_000);
    sweeping.work.start();
    await sweeping.hasBegun(3);
    await sweeping.work.stop();
    const [atOnce, later] = pauses(sweeping.rounds);
    expect(atOnce).toBeLessThan(900);
    expect(later).toBeGreaterThanOrEqual(998);
  });

  test('before it could promise anything goes on as well', async () => {
    let turns = 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    const work = new RepeatedWork({
      name: 'sweeping',
      interval: 1,
      log: createLog('silent'),
      work: () => {
        turns += 1;
        if (turns === 3) resolve();
        throw new Error('no');
      },
    });
    started.push(work);
    work.start();
    await promise;
    expect(turns).toBe(3);
  });
});

describe('work that is stopped', () => {
  test('ends what is under way, and is done only then', async () => {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const sweeping = recorded(() => promise);
    sweeping.work.start();
    await sweeping.hasBegun(1);
    const stopped = sweeping.work.stop();
    expect(await isPending(stopped)).toBe(true);
    resolve(false);
    await stopped;
    expect(sweeping.rounds).toHaveLength(1);
    await passing(20);
    expect(sweeping.turns()).toBe(1);
  });

  test('ends though there is always more to do', async () => {
    const sweeping = recorded(() => passing(1, true));
    sweeping.work.start();
    await sweeping.hasBegun(3);
    await sweeping.work.stop();
    const turns = sweeping.turns();
    await passing(20);
    expect(sweeping.turns()).toBe(turns);
  });

  test('before its first round does not run', async () => {
    const sweeping = recorded(async () => false, 10);
    sweeping.work.start();
    await sweeping.work.stop();
    await passing(40);
    expect(sweeping.turns()).toBe(0);
  });

  test('may be started again, also while its last round ends, and still never runs twice at once', async () => {
    const sweeping = recorded(() => passing(10, false), 1);
    sweeping.work.start();
    await sweeping.hasBegun(1);
    void sweeping.work.stop();
    sweeping.work.start();
    await sweeping.hasBegun(6);
    expect(sweeping.mostAtOnce()).toBe(1);
    await sweeping.work.stop();
    const turns = sweeping.turns();
    await passing(30);
    expect(sweeping.turns()).toBe(turns);
  });
});
