import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { InProcessBus } from '@tixgo/platform/facts/in-process-bus.ts';
import { createLog } from '@tixgo/platform/logging.ts';
import { type Answer, SubgraphClient } from '@tixgo/platform/testing/ask.ts';
import { statementsDuring } from '@tixgo/platform/testing/statement-counter.ts';
import { buildAttendanceSubgraph } from '../subgraph.ts';
import { AttendanceSystem, checkIn, committee, scanner, undo } from './attendance-system.ts';

let system: AttendanceSystem;
let doors: SubgraphClient[];

beforeAll(async () => {
  system = await AttendanceSystem.start({ poolSize: 40 });
  const log = createLog('silent');
  // Replicas on one database: coalesced ones meet in the rows, the one without meets itself there.
  const replica = (coalesce: boolean) => {
    const { database, lookup, tickets } = system;
    const dependencies = {
      database,
      bus: new InProcessBus(log),
      log,
      clock: () => new Date(),
      lookup,
      ticketKeys: tickets.ticketKeys,
      coalesce,
    };
    return new SubgraphClient(buildAttendanceSubgraph(dependencies));
  };
  doors = [system.client, replica(true), replica(false)];
});
afterAll(() => system.close());

const at = (index: number) => doors[index % doors.length] ?? system.client;

describe('scans at once, at several replicas', () => {
  test.each(['one replica', 'three replicas'])(
    '500 of one ticket admit exactly one and name it to the others (%s)',
    async (where) => {
      const eventId = await system.event();
      const scans = Array.from({ length: 500 }, (_, index) => {
        const door = where === 'one replica' ? system.client : at(index);
        return door.data(checkIn, { input: { eventId, ticketId: 'T' } }, scanner);
      });
      const results = (await Promise.all(scans)).map((answer) => answer.checkIn);
      const winners = results.filter(({ __typename }) => __typename === 'CheckIn');
      const losers = results.filter(({ __typename }) => __typename === 'CheckInRefusal');
      expect([winners.length, losers.length]).toEqual([1, 499]);
      expect(new Set(losers.map(({ previous }) => previous.id))).toEqual(new Set([winners[0].id]));
      expect(await system.counts(eventId)).toMatchObject({ totalCheckedIn: 1, inside: 1, refused: 499 });
    },
  );

  test('200 of one TixGo ticket admit exactly one, though its ticket and its key are new to every replica', async () => {
    const { tickets } = system;
    const eventId = await system.ticketedEvent();
    const ticket = tickets.ticket(eventId);
    tickets.tickets.set(ticket.ticketId, ticket);
    const input = { eventId, code: tickets.code(ticket) };
    const scans = Array.from({ length: 200 }, (_, index) => at(index).data(checkIn, { input }, scanner));
    const results = (await Promise.all(scans)).map((answer) => answer.checkIn);
    const [winner, ...others] = results.filter(({ __typename }) => __typename === 'CheckIn');
    expect([winner?.ticketId, others.length]).toEqual([ticket.ticketId, 0]);
    const losers = results.filter(({ reason }) => reason === 'ALREADY_REDEEMED');
    expect(losers.map(({ previous }) => previous.id)).toEqual(Array.from({ length: 199 }, () => winner.id));
    expect(await system.counts(eventId)).toMatchObject({
      totalCheckedIn: 1,
      inside: 1,
      refused: 199,
      expected: 1,
    });
  });

  test('out of one ticket let it out once, and in again once', async () => {
    const eventId = await system.event({ entryPolicy: 'REENTRY_AFTER_EXIT' });
    await at(0).data(checkIn, { input: { eventId, ticketId: 'T' } }, scanner);
    for (const [direction, inside] of [
      ['EXIT', 0],
      ['ENTRY', 1],
    ] as const) {
      const scans = Array.from({ length: 60 }, (_, index) =>
        at(index).data(checkIn, { input: { eventId, ticketId: 'T', direction } }, scanner),
      );
      const results = (await Promise.all(scans)).map((answer) => answer.checkIn);
      expect(results.filter(({ __typename }) => __typename === 'CheckIn')).toHaveLength(1);
      expect(await system.counts(eventId)).toMatchObject({ totalCheckedIn: 1, inside });
    }
  });

  test('with one nonce are one scan, and each sender hears its answer', async () => {
    const eventId = await system.event({ entryPolicy: 'UNLIMITED' });
    const input = { eventId, ticketId: 'T', nonce: 'n' };
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, index) => at(index).data(checkIn, { input }, scanner)),
    );
    expect(new Set(answers.map((answer) => answer.checkIn.id)).size).toBe(1);
    expect(await system.counts(eventId)).toMatchObject({ totalCheckedIn: 1, refused: 0 });
  });

  test.each([
    ['an open door', {}],
    ['a door that admits nobody', { status: 'CANCELED' }],
  ] as const)(
    'of a whole queue that was sent twice are decided together still, at %s',
    async (_where, door) => {
      const eventId = await system.event(door);
      const queue = Array.from({ length: 60 }, (_, index) => ({
        eventId,
        ticketId: `T${index}`,
        nonce: `n${index}`,
      }));
      await slowDownLog(eventId);
      const answers: Answer[] = [];
      const send = async (door: SubgraphClient, inputs: typeof queue) =>
        await Promise.all(
          inputs.map(async (input) => {
            const { checkIn: answer } = await door.data(checkIn, { input }, scanner);
            answers.push({ ...answer, nonce: input.nonce });
          }),
        );
      const statements = await statementsDuring(system.database, async () => {
        await Promise.all([send(at(0), queue), send(at(1), queue.toReversed())]);
      });
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(queue.length);
      // Each alone would be one each.
      expect(statements.filter((statement) => statement === 'begin').length).toBeLessThan(12);
    },
  );

  test('of a mixed crowd leave state, log and counters in agreement', async () => {
    const eventId = await system.event({ entryPolicy: 'REENTRY_AFTER_EXIT' });
    const random = mulberry32(7);
    const admitted: string[] = [];
    const one = async (index: number) => {
      const input = {
        eventId,
        ticketId: `T${Math.floor(random() * 40)}`,
        direction: random() < 0.6 ? 'ENTRY' : 'EXIT',
        gate: random() < 0.5 ? 'North' : 'South',
      };
      const { checkIn: result } = await at(index).data(checkIn, { input }, scanner);
      if (result.id) admitted.push(result.id);
      const undone = random() < 0.1 ? admitted.pop() : undefined;
      if (undone) await at(index + 1).data(undo, { id: undone }, committee);
    };
    await Promise.all(Array.from({ length: 600 }, (_, index) => one(index)));
    await expectAgreement(eventId);
  });
});

/** Batches that are written at once overlap then, as they do under load. */
async function slowDownLog(eventId: string): Promise<void> {
  await system.database.pool.query(`
    create or replace function slow() returns trigger language plpgsql
    as $$ begin perform pg_sleep(0.01); return new; end $$;
    create trigger "slow-${eventId}" before insert on attendance.scan
    for each row when (new.event_id = '${eventId}') execute function slow()`);
}

/** Recomputes everything from the log and compares it with the projections. */
async function expectAgreement(eventId: string): Promise<void> {
  const { pool } = system.database;
  const { rows: standing } = await pool.query(
    `select ticket_id, direction, gate from attendance.scan s where event_id = $1 and outcome = 'ADMITTED'
     and not exists (select from attendance.scan u where u.undoes = s.id) order by ticket_id, ordinal`,
    [eventId],
  );
  const tickets = new Map<string, { entries: number; inside: boolean }>();
  for (const { ticket_id, direction } of standing) {
    const { entries } = tickets.get(ticket_id) ?? { entries: 0 };
    tickets.set(ticket_id, {
      entries: entries + Number(direction === 'ENTRY'),
      inside: direction === 'ENTRY',
    });
  }
  const { rows: states } = await pool.query(
    'select ticket_id, entries, inside from attendance.ticket_state where event_id = $1',
    [eventId],
  );
  for (const { ticket_id, entries, inside } of states) {
    expect({ ticket_id, entries, inside }).toEqual({
      ticket_id,
      ...(tickets.get(ticket_id) ?? { entries: 0, inside: false }),
    });
  }
  const { rows: refused } = await pool.query(
    `select count(*)::int as n from attendance.scan where event_id = $1 and outcome = 'REFUSED'`,
    [eventId],
  );
  const known = [...tickets.values()];
  const figures = await system.counts(eventId);
  expect(figures).toMatchObject({
    totalCheckedIn: known.filter(({ entries }) => entries > 0).length,
    inside: known.filter(({ inside }) => inside).length,
    refused: refused[0].n,
  });
  const sum = (of: 'checkedIn' | 'inside') =>
    figures.gates.reduce((total: number, gate: Record<string, number>) => total + (gate[of] ?? 0), 0);
  expect([sum('checkedIn'), sum('inside')]).toEqual([figures.totalCheckedIn, figures.inside]);
}

/** Tommy Ettinger's 32-bit generator: the crowd is the same in every run. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
