import { expect, test } from '@jest/globals';
import { BoundedQueue } from '../service/bounded-queue.ts';

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
  const queue = new BoundedQueue({ concurrency: 2, waiting: 10, patience: 60_000 }, () => new Error('full'));
  const results = [0, 1, 2, 3].map((name) => queue.run('first', 'all', task(name)));
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
  const queue = new BoundedQueue({ concurrency: 1, waiting: 1, patience: 60_000 }, () => new Error('full'));
  const first = queue.run('first', 'all', task(1));
  const second = queue.run('first', 'all', task(2));
  await expect(queue.run('first', 'all', task(3))).rejects.toThrow('full');
  finish[0]?.();
  await first;
  await new Promise(setImmediate);
  finish[1]?.();
  expect(await second).toBe(2);
});

test('a task that fails gives its place on', async () => {
  const queue = new BoundedQueue({ concurrency: 1, waiting: 1, patience: 60_000 }, () => new Error('full'));
  const failing = queue.run('first', 'all', async () => {
    throw new Error('broken');
  });
  const next = queue.run('first', 'all', async () => 'served');
  await expect(failing).rejects.toThrow('broken');
  expect(await next).toBe('served');
});

test('lets the first line go before the second, however long that one waits', async () => {
  const { started, finish, task } = gatedTasks();
  const queue = new BoundedQueue({ concurrency: 1, waiting: 2, patience: 60_000 }, () => new Error('full'));
  const running = queue.run('second', 'all', task(0));
  const waiting = [
    queue.run('second', 'all', task(1)),
    queue.run('second', 'all', task(2)),
    queue.run('first', 'all', task(3)),
  ];
  await expect(queue.run('second', 'all', task(4))).rejects.toThrow('full');
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
  const queue = new BoundedQueue({ concurrency: 1, waiting: 10, patience: 60_000 }, () => new Error('full'));
  const whose = ['crowd', 'crowd', 'crowd', 'crowd', 'ada', 'crowd', 'bea', 'ada'];
  const results = whose.map((name, index) => queue.run('first', name, gated.task(index)));
  expect(await finishAll(gated, whose.length)).toEqual([0, 1, 4, 6, 2, 7, 3, 5]);
  await Promise.all(results);
});

test('lets nobody keep others out of a full line: whoever has most of it gives way', async () => {
  const gated = gatedTasks();
  const queue = new BoundedQueue({ concurrency: 1, waiting: 3, patience: 60_000 }, () => new Error('full'));
  const crowd = [0, 1, 2, 3].map((name) => queue.run('first', 'crowd', gated.task(name)));
  await expect(queue.run('first', 'crowd', gated.task(4))).rejects.toThrow('full');
  const ada = queue.run('first', 'ada', gated.task(5));
  await expect(crowd[3]).rejects.toThrow('full');
  // With a place each they have as much as they can: one more of either has no better right to it.
  const bea = queue.run('first', 'bea', gated.task(6));
  await expect(crowd[2]).rejects.toThrow('full');
  await expect(queue.run('first', 'cleo', gated.task(7))).rejects.toThrow('full');
  expect(await finishAll(gated, 4)).toEqual([0, 1, 5, 6]);
  expect(await Promise.all([crowd[0], crowd[1], ada, bea])).toEqual([0, 1, 5, 6]);
  // Nothing of it stays: there is as much room as before.
  const later = gatedTasks();
  const tasks = [0, 1, 2, 3].map((name) => queue.run('first', 'dora', later.task(name)));
  expect(await finishAll(later, 4)).toEqual([0, 1, 2, 3]);
  await Promise.all(tasks);
});

test('turns away what has waited too long when its turn comes, and goes on with the next', async () => {
  const { started, finish, task } = gatedTasks();
  const queue = new BoundedQueue({ concurrency: 1, waiting: 5, patience: 30 }, () => new Error('too late'));
  const first = queue.run('first', 'all', task(1));
  const late = [queue.run('first', 'all', task(2)), queue.run('first', 'all', task(3))];
  const refused = Promise.allSettled(late);
  await new Promise((resolve) => setTimeout(resolve, 60));
  finish[0]?.();
  await first;
  expect((await refused).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(started).toEqual([1]);
  const next = queue.run('first', 'all', task(4));
  await new Promise(setImmediate);
  finish[1]?.();
  expect(await next).toBe(4);
});
