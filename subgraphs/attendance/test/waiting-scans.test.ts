import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { statementsDuring } from '@tixgo/platform/testing/statement-counter.ts';
import { AttendanceSystem, committee, scanner } from './attendance-system.ts';

let system: AttendanceSystem;
beforeAll(async () => {
  system = await AttendanceSystem.start();
  // An operation is compiled at its twentieth run, which then overtakes those that were interpreted just before it.
  const eventId = await system.event();
  for (let scans = 0; scans < 20; scans += 1) await system.scan({ eventId, ticketId: 'T' });
});
afterAll(() => system.close());

type Input = Record<string, unknown>;

/** Sends scans at once: the first is decided at once, the others wait for it and are decided after it. */
const atOnce = async (eventId: string, inputs: readonly Input[], viewers = [scanner]) =>
  await Promise.all(
    inputs.map(
      async (input, index) => await system.scan({ eventId, ...input }, viewers[index % viewers.length]),
    ),
  );
const verdicts = (results: { __typename: string; reason?: string }[]) =>
  results.map(({ __typename, reason }) => reason ?? __typename);

/** How many batches were written while `work` ran. */
const batchesDuring = async (work: () => Promise<unknown>) =>
  (await statementsDuring(system.database, work)).filter((statement) =>
    statement.includes('insert into "attendance"."scan"'),
  ).length;

const first = { ticketId: 'first' };

describe('scans that wait for another one', () => {
  test('of one ticket in and out are decided in the order they came', async () => {
    const eventId = await system.event({ entryPolicy: 'REENTRY_AFTER_EXIT' });
    const inAndOut = ['ENTRY', 'EXIT', 'ENTRY', 'EXIT', 'EXIT', 'ENTRY'];
    const results = await atOnce(
      eventId,
      inAndOut.map((direction) => ({ ticketId: 'T', direction })),
    );
    const yes = 'CheckIn';
    expect(verdicts(results)).toEqual([yes, yes, yes, yes, 'RULES', yes]);
    expect(results.map(({ direction }) => direction ?? null)).toEqual([
      ...inAndOut.slice(0, 4),
      null,
      'ENTRY',
    ]);
    expect(await system.counts(eventId)).toMatchObject({ totalCheckedIn: 1, inside: 1, refused: 1 });
  });

  test('of one ticket admit the one that came first, in and out', async () => {
    const eventId = await system.event();
    const gates = ['North', 'South', 'East'];
    const entries = await atOnce(eventId, [first, ...gates.map((gate) => ({ ticketId: 'T', gate }))]);
    expect(entries[1]).toMatchObject({ gate: 'North' });
    expect(entries.slice(2).map(({ previous }) => previous.id)).toEqual([entries[1].id, entries[1].id]);
    const exits = await atOnce(
      eventId,
      [first, { ticketId: 'T' }, { ticketId: 'T' }].map((scan) => ({ ...scan, direction: 'EXIT' })),
    );
    expect(verdicts(exits)).toEqual(['CheckIn', 'CheckIn', 'RULES']);
  });

  test('of one ticket are all let in under UNLIMITED, in two batches', async () => {
    const eventId = await system.event({ entryPolicy: 'UNLIMITED' });
    const gates = Array.from({ length: 12 }, (_, index) => ({ ticketId: 'T', gate: `G${index}` }));
    let results: { __typename: string }[] = [];
    const batches = await batchesDuring(async () => {
      results = await atOnce(eventId, gates);
    });
    expect(new Set(verdicts(results))).toEqual(new Set(['CheckIn']));
    expect(batches).toBe(2);
    const figures = await system.counts(eventId);
    expect(figures).toMatchObject({ totalCheckedIn: 1, inside: 1 });
    expect(figures.gates.find(({ gate }: { gate: string }) => gate === 'G0')).toMatchObject({ checkedIn: 1 });
    expect(figures.gates.find(({ gate }: { gate: string }) => gate === 'G11')).toMatchObject({ inside: 1 });
  });

  test('are decided together, 256 in one batch', async () => {
    const eventId = await system.event();
    const crowd = Array.from({ length: 300 }, (_, index) => ({ ticketId: `T${index}` }));
    expect(await batchesDuring(() => atOnce(eventId, crowd))).toBe(3);
    expect(await system.counts(eventId)).toMatchObject({ totalCheckedIn: 300 });
    const query = `{ attendance(eventId: "${eventId}") { timeline { entries } } }`;
    const { timeline } = (await system.client.data(query, {}, committee)).attendance;
    const entries = timeline.map((hour: { entries: number }) => hour.entries);
    expect(entries.reduce((sum: number, some: number) => sum + some, 0)).toBe(300);
  });

  test('with one nonce are one scan, and no batch fails for it', async () => {
    const eventId = await system.event();
    const again = { ticketId: 'T', nonce: 'n' };
    let results: { id?: string }[] = [];
    const batches = await batchesDuring(async () => {
      results = await atOnce(eventId, [first, again, again, again]);
    });
    expect(new Set(results.slice(1).map(({ id }) => id)).size).toBe(1);
    expect(batches).toBe(2);
    expect(await system.counts(eventId)).toMatchObject({ totalCheckedIn: 2, refused: 0 });
  });

  test('and are sent again get each its own first answer', async () => {
    const eventId = await system.event();
    const viewers = [scanner, committee];
    const inputs = ['a', 'b', 'b', 'a'].map((nonce, index) => ({ ticketId: `T${index}`, nonce }));
    const before = await atOnce(eventId, [{ ticketId: 'S', nonce: 's' }, ...inputs], viewers);
    const after = await atOnce(eventId, [{ ticketId: 'S', nonce: 's' }, ...inputs], viewers);
    expect(after).toEqual(before);
    expect(new Set(after.map(({ id }) => id)).size).toBe(5);
  });

  test('and are the first admitted tell the event service once', async () => {
    const heard: string[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const [eventId, marker] = [await system.event(), await system.event()];
    system.bus.subscribe({
      name: 'listener',
      types: ['attendance.started'],
      handle: async ({ key }) => {
        if (key === marker) resolve();
        else heard.push(key);
      },
    });
    const outside = { ticketId: 'T', direction: 'EXIT' };
    await atOnce(eventId, [outside, { ticketId: 'T' }, { ticketId: 'U' }, { ticketId: 'V' }]);
    await atOnce(marker, [first]);
    await promise;
    expect(heard).toEqual([eventId]);
  });
});
