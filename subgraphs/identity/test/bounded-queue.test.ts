import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { BoundedQueue, type QueueBounds } from '../service/bounded-queue.ts';

function queueOf(bounds: Partial<QueueBounds>, refusal: string) {
  const roomy = { concurrency: 1, waiting: 10, waitingWithDeadline: 10, patience: 60_000 };
  return new BoundedQueue({ ...roomy, ...bounds }, () => new Error(refusal));
}

function gatedTasks() {
  const started: number[] = [];
  const finish: (() => void)[] = [];
  const task = (name: number) => async () => {
    started.push(name);
    await new Promise<void>((done) => finish.push(done));
    return name;
  };
  return { started, finish, task };
}

test('runs no more at a time than it may, in the order they came', async () => {
  const { started, finish, task } = gatedTasks();
  const queue = queueOf({ concurrency: 2, waiting: 10, patience: 60_000 }, 'full');
  const results = [0, 1, 2, 3].map((name) => queue.run({ line: 'first', whose: 'all' }, task(name)));
  await Promise.resolve();
  expect(started).toEqual([0, 1]);
  finish[1]?.();
  expect(await results[1]).toBe(1);
  await new Promise(setImmediate);
  expect(started).toEqual([0, 1, 2]);
  finish[0]?.();
  finish[2]?.();
  await Promise.all([results[0], results[2]]);
  await new Promise(setImmediate);
  finish[3]?.();
  expect(await Promise.all(results)).toEqual([0, 1, 2, 3]);
});

test('turns away what finds the line full, and takes more once there is room', async () => {
  const { finish, task } = gatedTasks();
  const queue = queueOf({ concurrency: 1, waiting: 1, patience: 60_000 }, 'full');
  const first = queue.run({ line: 'first', whose: 'all' }, task(1));
  const second = queue.run({ line: 'first', whose: 'all' }, task(2));
  await expect(queue.run({ line: 'first', whose: 'all' }, task(3))).rejects.toThrow('full');
  finish[0]?.();
  await first;
  await new Promise(setImmediate);
  finish[1]?.();
  expect(await second).toBe(2);
});

test('a task that fails gives its place on', async () => {
  const queue = queueOf({ concurrency: 1, waiting: 1, patience: 60_000 }, 'full');
  const failing = queue.run({ line: 'first', whose: 'all' }, async () => {
    throw new Error('broken');
  });
  const next = queue.run({ line: 'first', whose: 'all' }, async () => 'served');
  await expect(failing).rejects.toThrow('broken');
  expect(await next).toBe('served');
});

test('lets the first line go before the second, however long that one waits', async () => {
  const { started, finish, task } = gatedTasks();
  const queue = queueOf({ concurrency: 1, waiting: 2, patience: 60_000 }, 'full');
  const running = queue.run({ line: 'second', whose: 'all' }, task(0));
  const waiting = [
    queue.run({ line: 'second', whose: 'all' }, task(1)),
    queue.run({ line: 'second', whose: 'all' }, task(2)),
    queue.run({ line: 'first', whose: 'all' }, task(3)),
  ];
  await expect(queue.run({ line: 'second', whose: 'all' }, task(4))).rejects.toThrow('full');
  finish[0]?.();
  await running;
  await new Promise(setImmediate);
  expect(started).toEqual([0, 3]);
  for (const index of [1, 2, 3]) {
    finish[index]?.();
    await new Promise(setImmediate);
  }
  await Promise.all(waiting);
});

/** Lets one task after the other finish, and tells the order in which they began. */
async function finishAll({ started, finish }: ReturnType<typeof gatedTasks>, count: number) {
  await new Promise(setImmediate);
  for (let index = 0; index < count; index += 1) {
    finish[index]?.();
    await new Promise(setImmediate);
  }
  return started;
}

test('gives everyone a turn before anyone has the next', async () => {
  const gated = gatedTasks();
  const queue = queueOf({ concurrency: 1, waiting: 10, patience: 60_000 }, 'full');
  const whose = ['crowd', 'crowd', 'crowd', 'crowd', 'ada', 'crowd', 'bea', 'ada'];
  const results = whose.map((name, index) => queue.run({ line: 'first', whose: name }, gated.task(index)));
  expect(await finishAll(gated, whose.length)).toEqual([0, 1, 4, 6, 2, 7, 3, 5]);
  await Promise.all(results);
});

test('lets nobody keep others out of a full line: whoever has most of it gives way', async () => {
  const gated = gatedTasks();
  const queue = queueOf({ concurrency: 1, waiting: 3, patience: 60_000 }, 'full');
  const crowd = [0, 1, 2, 3].map((name) => queue.run({ line: 'first', whose: 'crowd' }, gated.task(name)));
  await expect(queue.run({ line: 'first', whose: 'crowd' }, gated.task(4))).rejects.toThrow('full');
  const ada = queue.run({ line: 'first', whose: 'ada' }, gated.task(5));
  await expect(crowd[3]).rejects.toThrow('full');
  // With a place each they have as much as they can: one more of either has no better right to it.
  const bea = queue.run({ line: 'first', whose: 'bea' }, gated.task(6));
  await expect(crowd[2]).rejects.toThrow('full');
  await expect(queue.run({ line: 'first', whose: 'cleo' }, gated.task(7))).rejects.toThrow('full');
  expect(await finishAll(gated, 4)).toEqual([0, 1, 5, 6]);
  expect(await Promise.all([crowd[0], crowd[1], ada, bea])).toEqual([0, 1, 5, 6]);
  // Nothing of it stays: there is as much room as before.
  const later = gatedTasks();
  const tasks = [0, 1, 2, 3].map((name) => queue.run({ line: 'first', whose: 'dora' }, later.task(name)));
  expect(await finishAll(later, 4)).toEqual([0, 1, 2, 3]);
  await Promise.all(tasks);
});

test('turns away what has waited too long when its turn comes, and goes on with the next', async () => {
  const { started, finish, task } = gatedTasks();
  const queue = queueOf({ concurrency: 1, waiting: 5, patience: 30 }, 'too late');
  const first = queue.run({ line: 'first', whose: 'all' }, task(1));
  const late = [
    queue.run({ line: 'first', whose: 'all' }, task(2)),
    queue.run({ line: 'first', whose: 'all' }, task(3)),
  ];
  const refused = Promise.allSettled(late);
  await new Promise((resolve) => setTimeout(resolve, 60));
  finish[0]?.();
  await first;
  expect((await refused).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(started).toEqual([1]);
  const next = queue.run({ line: 'first', whose: 'all' }, task(4));
  await new Promise(setImmediate);
  finish[1]?.();
  expect(await next).toBe(4);
});

describe('a task with a deadline', () => {
  const place = { line: 'first', whose: 'all' } as const;
  const inTime = (milliseconds: number) => ({ ...place, deadline: performance.now() + milliseconds });
  const long = 60_000;
  /** Has it learn how long a task takes, and answers that, in milliseconds. */
  const learn = async (queue: BoundedQueue) => {
    const begun = performance.now();
    await queue.run(place, () => pause(100));
    return performance.now() - begun;
  };
  const hasGivenUp = async (task: Promise<unknown>) => {
    const refused = task.then(
      () => false,
      () => true,
    );
    return await Promise.race([refused, new Promise((resolve) => setImmediate(() => resolve(false)))]);
  };

  test('is refused at once when it could not be done in time, by how long others took; one without may wait', async () => {
    const { finish, task } = gatedTasks();
    const queue = queueOf({}, 'too late');
    const usual = await learn(queue);
    const running = queue.run(place, task(1));
    expect(await hasGivenUp(queue.run(inTime(1.75 * usual), task(2)))).toBe(true);
    const patient = queue.run(place, task(3));
    const alsoInTime = queue.run(inTime(long), task(4));
    // Three before it are as many times that long.
    expect(await hasGivenUp(queue.run(inTime(3.5 * usual), task(5)))).toBe(true);
    for (const index of [0, 1, 2]) {
      finish[index]?.();
      await [running, patient, alsoInTime][index];
      await new Promise(setImmediate);
    }
    expect(await Promise.all([running, patient, alsoInTime])).toEqual([1, 3, 4]);
  });

  test('of somebody who has none in line has only one of each of the others before it', async () => {
    const gated = gatedTasks();
    const queue = queueOf({}, 'too late');
    const usual = await learn(queue);
    const running = queue.run(place, gated.task(0));
    const crowd = [1, 2, 3, 4].map((name) => queue.run({ line: 'first', whose: 'crowd' }, gated.task(name)));
    expect(await hasGivenUp(queue.run({ ...inTime(4.5 * usual), whose: 'crowd' }, gated.task(5)))).toBe(true);
    const ada = queue.run({ ...inTime(4.5 * usual), whose: 'ada' }, gated.task(6));
    expect(await finishAll(gated, 6)).toEqual([0, 1, 6, 2, 3, 4]);
    expect(await Promise.all([running, ada, ...crowd])).toEqual([0, 6, 1, 2, 3, 4]);
  });

  test('in the second line has all of the first before it', async () => {
    const gated = gatedTasks();
    const queue = queueOf({}, 'too late');
    const usual = await learn(queue);
    const tasks = [0, 1, 2].map((name) => queue.run(place, gated.task(name)));
    expect(await hasGivenUp(queue.run({ ...inTime(3.5 * usual), line: 'second' }, gated.task(3)))).toBe(true);
    await finishAll(gated, 3);
    await Promise.all(tasks);
  });

  test('that waits is refused while there is time to say so, and leaves its room to others', async () => {
    const gated = gatedTasks();
    const queue = queueOf({ waitingWithDeadline: 1 }, 'too late');
    const running = queue.run(place, gated.task(0));
    const waiting = queue.run(inTime(50), gated.task(1));
    expect(await hasGivenUp(queue.run(inTime(long), gated.task(2)))).toBe(true);
    await expect(waiting).rejects.toThrow('too late');
    const next = queue.run(inTime(long), gated.task(3));
    expect(await finishAll(gated, 2)).toEqual([0, 3]);
    expect(await Promise.all([running, next])).toEqual([0, 3]);
  });

  test('that runs is refused then as well, and keeps its turn until it is done', async () => {
    const { started, finish, task } = gatedTasks();
    const queue = queueOf({}, 'too late');
    await expect(queue.run(inTime(30), task(1))).rejects.toThrow('too late');
    const next = queue.run(place, task(2));
    await new Promise(setImmediate);
    expect(started).toEqual([1]);
    finish[0]?.();
    await new Promise(setImmediate);
    finish[1]?.();
    expect(await next).toBe(2);
  });

  test('that need not wait has a chance, however long others took', async () => {
    const queue = queueOf({}, 'too late');
    const usual = await learn(queue);
    expect(await queue.run(inTime(usual / 2), async () => 'done')).toBe('done');
  });
});
