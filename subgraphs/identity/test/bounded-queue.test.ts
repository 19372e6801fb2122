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
  const results = [0, 1, 2, 3].map((name) => queue.run(task(name)));
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
  const first = queue.run(task(1));
  const second = queue.run(task(2));
  await expect(queue.run(task(3))).rejects.toThrow('full');
  finish[0]?.();
  await first;
  await new Promise(setImmediate);
  finish[1]?.();
  expect(await second).toBe(2);
});

test('a task that fails gives its place on', async () => {
  const queue = new BoundedQueue({ concurrency: 1, waiting: 1 }, () => new Error('full'));
  const failing = queue.run(async () => {
    throw new Error('broken');
  });
  const next = queue.run(async () => 'served');
  await expect(failing).rejects.toThrow('broken');
  expect(await next).toBe('served');
});
