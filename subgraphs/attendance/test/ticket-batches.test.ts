import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId } from '@tixgo/platform/ids.ts';
import { statementsDuring } from '@tixgo/platform/testing/statement-counter.ts';
import type { Scan } from '../domain/door.ts';
import { AttendanceSystem, scanner } from './attendance-system.ts';
import { sendList } from './ticket-lists.ts';

let system: AttendanceSystem;
beforeAll(async () => {
  system = await AttendanceSystem.start();
});
afterAll(() => system.close());

function scanOf(change: Partial<Scan>): Scan {
  return {
    id: newId(),
    ticketId: newId(),
    direction: 'ENTRY',
    gate: null,
    at: new Date('2026-07-01T10:00:00.000Z'),
    by: { id: scanner.id, username: scanner.username },
    byHand: false,
    mayForce: false,
    nonce: null,
    deviceTime: null,
    ...change,
  };
}

/** Scans of tickets that were just issued. */
async function codes(eventId: string, count: number): Promise<Scan[]> {
  const issued = await Promise.all(Array.from({ length: count }, () => system.tickets.issue(eventId)));
  return issued.map(({ ticketId }) =>
    scanOf({ ticketId, code: { isGenuine: true, eventId, codeNumber: 1 } }),
  );
}

/** Codes that were just imported. */
async function importedCodes(eventId: string, count: number): Promise<Scan[]> {
  const scans = Array.from({ length: count }, () => scanOf({}));
  await sendList(system, eventId, ['code', ...scans.map(({ ticketId }) => ticketId)].join('\n'));
  return scans;
}

const plainIds = (count: number) => Array.from({ length: count }, () => scanOf({}));

/** The statements of a batch, the first of the event set aside: it also tells that attendance started. */
async function statementsOf(eventId: string, scans: readonly Scan[]): Promise<string[]> {
  const { runScanBatch } = system.subgraph.services;
  const statements = await statementsDuring(system.database, async () => {
    const outcomes = await runScanBatch(eventId, scans);
    expect(outcomes.map(({ kind }) => kind)).toEqual(scans.map(() => 'admitted'));
  });
  return statements;
}

/** However many facts a batch tells, it does so at once. */
const withoutRows = (statement: string) => statement.replace(/(into "attendance"."outbox") .*/, '$1');

test('fifty codes cost as many statements as one, and plain ids at an OPEN door none for the list', async () => {
  const ticketed = await system.ticketedEvent();
  const open = await system.event();
  await statementsOf(ticketed, await codes(ticketed, 1));
  await statementsOf(open, plainIds(1));
  const one = await statementsOf(ticketed, await codes(ticketed, 1));
  expect(await statementsOf(ticketed, await codes(ticketed, 50))).toHaveLength(one.length);
  const plain = await statementsOf(open, plainIds(50));
  const named = await statementsOf(open, [scanOf({ ticketId: 'TKT-1' })]);
  const isForTickets = (statement: string) => statement.includes('"admission" where');
  expect(one.filter(isForTickets)).toHaveLength(1);
  expect(named.map(withoutRows)).toEqual(
    one.filter((statement) => !isForTickets(statement)).map(withoutRows),
  );
  expect(plain.slice(2)).toEqual(named.slice(2));
  expect(plain).toHaveLength(named.length);
});

test('fifty imported codes cost as many statements as one, and codes of TixGo’s and plain ids nothing for them', async () => {
  const ticketed = await system.event({ admission: 'TICKETED' });
  const open = await system.event();
  await statementsOf(ticketed, await importedCodes(ticketed, 1));
  await statementsOf(open, plainIds(1));
  const one = await statementsOf(ticketed, await importedCodes(ticketed, 1));
  const fifty = await statementsOf(ticketed, await importedCodes(ticketed, 50));
  expect(fifty).toHaveLength(one.length);
  const isForImports = (statement: string) => statement.includes('"imported_ticket"');
  expect(one.filter(isForImports)).toHaveLength(1);
  const signed = await statementsOf(ticketed, await codes(ticketed, 50));
  const plain = await statementsOf(open, plainIds(50));
  expect([...signed, ...plain].filter(isForImports)).toEqual([]);
  expect(plain).toHaveLength(one.length - 1);
});
