import { describe, expect, test } from '@jest/globals';
import { judge, ticketsToLookUp } from '../domain/admission-list.ts';
import type { Door, TixGoCode } from '../domain/door.ts';
import type { ImportedTicket } from '../domain/imported-ticket.ts';
import type { ListedTicket } from '../domain/listed-ticket.ts';

const door: Door = {
  eventId: 'evt1',
  status: 'PUBLISHED',
  admission: 'TICKETED',
  entryPolicy: 'ONCE',
  timezone: 'UTC',
  gates: ['North', 'South'],
  updatedAt: new Date(0),
};
const ticket: ListedTicket = {
  ticketId: 'T',
  eventId: 'evt1',
  standing: 'ADMISSIBLE',
  codeNumber: 3,
  gates: ['North'],
  validFrom: new Date('2026-07-01T10:00:00.000Z'),
  validUntil: new Date('2026-07-01T12:00:00.000Z'),
  version: 1,
};
const importedTicket: ImportedTicket = {
  code: 'T',
  holderName: null,
  typeName: null,
  gates: ['North'],
  validFrom: new Date('2026-07-01T10:00:00.000Z'),
  validUntil: new Date('2026-07-01T12:00:00.000Z'),
};
const code: TixGoCode = { isGenuine: true, eventId: 'evt1', codeNumber: 3 };
const scan = {
  ticketId: 'T',
  code: code as TixGoCode | undefined,
  direction: 'ENTRY' as 'ENTRY' | 'EXIT',
  gate: 'North' as string | null,
  at: new Date('2026-07-01T11:00:00.000Z'),
  byHand: false,
  mayForce: false,
};
const otherCode = { ...scan, code: undefined };
const byHand = { ...scan, code: undefined, byHand: true, mayForce: true };

interface Case {
  readonly door?: Partial<Door>;
  readonly scan?: Partial<typeof scan> & { ownerAsked?: boolean };
  /** Null: not on the list. */
  readonly ticket?: Partial<ListedTicket> | null;
  /** Undefined: not imported. */
  readonly imported?: Partial<ImportedTicket>;
}

function verdict(given: Case): string {
  const issued = new Map(given.ticket === null ? [] : [['T', { ...ticket, ...given.ticket }]]);
  const imported = new Map(given.imported ? [['T', { ...importedTicket, ...given.imported }]] : []);
  const list = { issued, imported };
  const found = judge({ ...door, ...given.door }, { ...scan, ...given.scan }, list);
  return found.verdict === 'refused' ? found.reason : found.verdict;
}

test.each<[string, string, Case]>([
  ['is as the list has it', 'contends', {}],
  ['has a forged code', 'INVALID', { scan: { code: { isGenuine: false } } }],
  ['is of another event by its code', 'INVALID', { scan: { code: { ...code, eventId: 'evt2' } } }],
  ['is of another event by the list', 'INVALID', { ticket: { eventId: 'evt2' } }],
  ['is not on the list', 'unknown-ticket', { ticket: null }],
  ['is not on the list, and its owner was asked', 'INVALID', { ticket: null, scan: { ownerAsked: true } }],
  ['has a newer code than the list', 'unknown-ticket', { ticket: { codeNumber: 2 } }],
  ['has a newer code than its owner', 'INVALID', { ticket: { codeNumber: 2 }, scan: { ownerAsked: true } }],
  ['has an older code', 'REVOKED', { ticket: { codeNumber: 4 } }],
  ['is unpaid', 'UNPAID', { ticket: { standing: 'UNPAID' } }],
  ['is blocked', 'BLOCKED', { ticket: { standing: 'BLOCKED' } }],
  ['is canceled', 'CANCELED', { ticket: { standing: 'CANCELED' } }],
  ['is early', 'INVALID_TIME', { scan: { at: new Date('2026-07-01T09:59:59.999Z') } }],
  ['is just in time', 'contends', { scan: { at: new Date('2026-07-01T10:00:00.000Z') } }],
  ['comes at the last moment', 'contends', { scan: { at: new Date('2026-07-01T12:00:00.000Z') } }],
  ['is late', 'INVALID_TIME', { scan: { at: new Date('2026-07-01T12:00:00.001Z') } }],
  ['has no end', 'contends', { ticket: { validUntil: null }, scan: { at: new Date('2036-01-01') } }],
  ['has no begin', 'contends', { ticket: { validFrom: null }, scan: { at: new Date('2016-01-01') } }],
  ['goes out late', 'contends', { scan: { direction: 'EXIT', at: new Date('2026-07-01T13:00:00Z') } }],
  ['goes out unpaid', 'UNPAID', { scan: { direction: 'EXIT' }, ticket: { standing: 'UNPAID' } }],
  ['comes to another gate', 'PRODUCT', { scan: { gate: 'South' } }],
  ['comes where no gate is named', 'contends', { scan: { gate: null } }],
  ['is good at every gate', 'contends', { ticket: { gates: null }, scan: { gate: 'South' } }],
  ['comes to a canceled event', 'CANCELED', { door: { status: 'CANCELED' }, ticket: null }],
  ['is typed in', 'contends', { scan: byHand, ticket: { codeNumber: 9 } }],
  ['is typed in without the right', 'not-by-hand', { scan: { ...byHand, mayForce: false } }],
  ['is typed in and not on the list', 'unknown-ticket', { scan: byHand, ticket: null }],
  ['is typed in and blocked', 'BLOCKED', { scan: byHand, ticket: { standing: 'BLOCKED' } }],
  ['is some other code', 'INVALID', { scan: { code: undefined } }],
  [
    'is some other code at an OPEN door',
    'contends',
    { scan: { code: undefined }, door: { admission: 'OPEN' }, ticket: null },
  ],
  ['is its id at an OPEN door', 'INVALID', { scan: { code: undefined }, door: { admission: 'OPEN' } }],
  [
    'is blocked and its id at an OPEN door',
    'BLOCKED',
    { scan: { code: undefined }, door: { admission: 'OPEN' }, ticket: { standing: 'BLOCKED' } },
  ],
  [
    'is the id of another event’s at an OPEN door',
    'contends',
    { scan: { code: undefined }, door: { admission: 'OPEN' }, ticket: { eventId: 'evt2' } },
  ],
  ['is typed in at an OPEN door', 'contends', { scan: byHand, door: { admission: 'OPEN' } }],
  [
    'is typed in without the right at an OPEN door',
    'not-by-hand',
    { scan: { ...byHand, mayForce: false }, door: { admission: 'OPEN' } },
  ],
  ['is read at an OPEN door', 'REVOKED', { ticket: { codeNumber: 4 }, door: { admission: 'OPEN' } }],
  [
    'is forged at an OPEN door',
    'INVALID',
    { scan: { code: { isGenuine: false } }, door: { admission: 'OPEN' } },
  ],
])('a ticket that %s: %s', (_what, expected, given) => {
  expect(verdict(given)).toBe(expected);
});

test.each<[string, string, Case]>([
  ['is good', 'contends', { scan: otherCode }],
  ['is early', 'INVALID_TIME', { scan: { ...otherCode, at: new Date('2026-07-01T09:59:59.999Z') } }],
  ['is late', 'INVALID_TIME', { scan: { ...otherCode, at: new Date('2026-07-01T12:00:00.001Z') } }],
  [
    'goes out late',
    'contends',
    { scan: { ...otherCode, direction: 'EXIT', at: new Date('2026-07-01T13:00:00Z') } },
  ],
  ['comes to another gate', 'PRODUCT', { scan: { ...otherCode, gate: 'South' } }],
  ['is good at every gate', 'contends', { scan: { ...otherCode, gate: 'South' }, imported: { gates: null } }],
  ['is typed in', 'contends', { scan: byHand }],
  ['is typed in without the right', 'not-by-hand', { scan: { ...byHand, mayForce: false } }],
  ['is presented by a code of TixGo’s that claims it', 'unknown-ticket', { scan: {} }],
  ['comes to a canceled event', 'CANCELED', { scan: otherCode, door: { status: 'CANCELED' } }],
])('an imported ticket that %s: %s', (_what, expected, given) => {
  expect(verdict({ imported: {}, ...given, ticket: null })).toBe(expected);
});

test('a code that is read is no ticket id, and an id that is typed in is TixGo’s own ticket first', () => {
  const both = { ticket: { standing: 'BLOCKED' }, imported: {} } as const;
  expect(verdict({ ...both, scan: otherCode })).toBe('contends');
  expect(verdict({ ticket: {}, scan: otherCode })).toBe('INVALID');
  expect(verdict({ ...both, scan: byHand })).toBe('BLOCKED');
});

describe('of several reasons', () => {
  /** Each holds together with all behind it, as far as a ticket can have both. */
  const early = { at: new Date('2026-07-01T09:00:00Z') };
  const south = { gate: 'South' };
  test.each<[string, Case]>([
    ['CANCELED', { door: { status: 'CANCELED' }, scan: { code: { isGenuine: false } } }],
    ['INVALID', { scan: { code: { isGenuine: false }, ...early }, ticket: { standing: 'BLOCKED' } }],
    ['INVALID', { ticket: { eventId: 'evt2', codeNumber: 4, standing: 'UNPAID' } }],
    ['REVOKED', { ticket: { codeNumber: 4, standing: 'UNPAID' }, scan: { ...early, ...south } }],
    ['REVOKED', { ticket: { codeNumber: 4, standing: 'CANCELED' } }],
    ['UNPAID', { ticket: { standing: 'UNPAID' }, scan: { ...early, ...south } }],
    ['BLOCKED', { ticket: { standing: 'BLOCKED' }, scan: { ...early, ...south } }],
    ['CANCELED', { ticket: { standing: 'CANCELED' }, scan: { ...early, ...south } }],
    ['INVALID_TIME', { scan: { ...early, ...south } }],
  ])('%s comes first', (expected, given) => {
    expect(verdict(given)).toBe(expected);
  });
});

test('only what the list decides on is looked up', () => {
  const scans = [
    { ...scan, ticketId: 'genuine' },
    { ...scan, ticketId: 'forged', code: { isGenuine: false } as const },
    { ...scan, ticketId: 'other', code: { ...code, eventId: 'evt2' } as const },
    { ...scan, ticketId: 'foreign', code: undefined },
    { ...byHand, ticketId: 'typed' },
    { ...byHand, ticketId: 'typed by a scanner', mayForce: false },
  ];
  const lookUp = (change: Partial<Door>) => ticketsToLookUp({ ...door, ...change }, scans);
  expect(lookUp({})).toEqual({ issued: ['genuine', 'typed'], imported: ['foreign', 'typed'] });
  expect(lookUp({ admission: 'OPEN' })).toEqual({ issued: ['genuine'], imported: [] });
  expect(lookUp({ status: 'CANCELED' })).toEqual({ issued: [], imported: [] });
});
