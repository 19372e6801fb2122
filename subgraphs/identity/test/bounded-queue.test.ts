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
  const queue = new BoundedQueue({ concurrency: 2, waiting: 10 }, () => new Error('full'));
  const results = [0, 1, 2, 3].map((name) => queue.run('first', task(name)));
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
  const queue = new BoundedQueue({ concurrency: 1, waiting: 1 }, () => new Error('full'));
  const first = queue.run('first', task(1));
  const second = queue.run('first', task(2));
  await expect(queue.run('first', task(3))).rejects.toThrow('full');
  finish[0]?.();
  await first;
  await new Promise(setImmediate);
  finish[1]?.();
  expect(await second).toBe(2);
});

test('a task that fails gives its place on', async () => {
  const queue = new BoundedQueue({ concurrency: 1, waiting: 1 }, () => new Error('full'));
  const failing = queue.run('first', async () => {
    throw new Error('broken');
  });
  const next = queue.run('first', async () => 'served');
  await expect(failing).rejects.toThrow('broken');
  expect(await next).toBe('served');
});

test('lets the first line go before the second, however long that one waits', async () => {
  const { started, finish, task } = gatedTasks();
  const queue = new BoundedQueue({ concurrency: 1, waiting: 2 }, () => new Error('full'));
  const running = queue.run('second', task(0));
  const waiting = [queue.run('second', task(1)), queue.run('second', task(2)), queue.run('first', task(3))];
  await expect(queue.run('second', task(4))).rejects.toThrow('full');
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
