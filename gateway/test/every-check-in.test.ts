import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, test } from '@jest/globals';
import { newId } from '@tixgo/platform/ids.ts';
import { nextEvent } from '../streams/event-stream.ts';
import { EveryCheckIn } from '../streams/every-check-in.ts';
import { Subscriber } from '../streams/subscriber.ts';
import { callerOf, closeConnectedStreams, connectedStream } from './connected-stream.ts';

afterEach(closeConnectedStreams);

const change = (...checkInIds: string[]) => ({ factId: newId(), checkInIds });

/** Those who watch a door whose check-ins are answered once `state` lets them. */
function watchersOf(before: ReturnType<typeof change>[] = []) {
  const state = { isAway: false, until: Promise.resolve() };
  const asked: string[] = [];
  const watchers = new EveryCheckIn({
    execution: {
      tell: async (id) => {
        asked.push(id);
        await state.until;
        if (state.isAway) return { bytes: nextEvent({ errors: [away] }), failure: 'SUBGRAPH_UNAVAILABLE' };
        return { bytes: nextEvent({ data: { checkIns: { id } } }), failure: undefined };
      },
    },
    eventId: 'evt1',
    changesAfter: async () => before,
    buffer: 1_000_000,
    clock: () => new Date(),
    failed: (_subscriber, error) => {
      throw error;
    },
  });
  const join = async (after: string | null = null) => {
    const { stream, client } = await connectedStream();
    const subscriber = new Subscriber(callerOf('SCANNER'), stream, () => false);
    stream.onClose(() => watchers.leave(subscriber));
    watchers.join(subscriber, after);
    return client;
  };
  return { watchers, state, asked, join };
}
const away = { message: 'away', extensions: { code: 'SUBGRAPH_UNAVAILABLE' } };

test('who comes back after a failure is not told it again, but what has happened', async () => {
  const missed = change('a');
  const { watchers, state, asked, join } = watchersOf([missed]);
  state.isAway = true;
  const first = await join();
  watchers.hear(missed);
  expect(await first.ending()).toBe('SUBGRAPH_UNAVAILABLE');
  state.isAway = false;
  const again = await join('0');
  await again.until(({ data }) => data.length === 1);
  expect([again.data[0].checkIns.id, again.codes, asked]).toEqual(['a', [], ['a', 'a']]);
  // What was answered is kept for the next.
  await (await join('0')).until(({ data }) => data.length === 1);
  expect(asked).toEqual(['a', 'a']);
});

test('what nobody waits for any more is not asked, nor taken for an answer by who comes back', async () => {
  const ids = Array.from({ length: 40 }, () => newId());
  const missed = change(...ids);
  const { watchers, state, asked, join } = watchersOf([missed]);
  const { promise, resolve } = Promise.withResolvers<void>();
  state.until = promise;
  const first = await join();
  watchers.hear(missed);
  await first.close();
  while (!watchers.isEmpty) await pause(5);
  resolve();
  await pause(20);
  expect(asked).toHaveLength(8);
  const again = await join('0');
  await again.until(({ data }) => data.length === ids.length);
  expect(again.data.map(({ checkIns }) => checkIns.id)).toEqual(ids);
});

test('streams whose check-ins come faster than they are answered end, and with them the work', async () => {
  const { watchers, state, asked, join } = watchersOf();
  const { promise, resolve } = Promise.withResolvers<void>();
  state.until = promise;
  const slow = [await join(), await join()];
  for (let count = 0; count < 50; count += 1) watchers.hear(change(...Array.from({ length: 50 }, newId)));
  for (const stream of slow) expect(await stream.ending()).toBe('OVERLOADED');
  const late = await join();
  resolve();
  while (asked.length < 8) await pause(5);
  await pause(50);
  const before = asked.length;
  expect(before).toBeLessThanOrEqual(2_000);
  watchers.hear(change('next'));
  await late.until(({ data }) => data.some(({ checkIns }) => checkIns.id === 'next'));
  expect(late.codes).toEqual([]);
});
