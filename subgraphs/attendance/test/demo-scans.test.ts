import { describe, expect, test } from '@jest/globals';
import { demoEvents, newEventOf } from '../host/demo/demo-events.ts';
import { type Crowd, type DemoScan, demoBatches, demoScans, testTicket } from '../host/demo/demo-scans.ts';
import { lastWeekday, momentAt } from '../host/demo/local-time.ts';

/** A Wednesday, five in the afternoon in London. */
const now = new Date('2026-03-18T17:00:00.000Z');

const crowded = demoEvents.flatMap((demo) => {
  if (!demo.crowd) return [];
  const event = newEventOf(demo, now);
  return [{ id: demo.id, crowd: demo.crowd, place: event, policy: demo.entryPolicy }];
});

function crowdOf(id: string) {
  const found = crowded.find((event) => event.id === id);
  if (!found) throw new Error(`${id} has no crowd.`);
  return found;
}

function scansOf(id: string, until = now): DemoScan[] {
  const { crowd, place } = crowdOf(id);
  return demoScans(crowd, place, until);
}

/** Entries by hours since the doors of the first day opened. */
function entriesByHour(scans: readonly DemoScan[], crowd: Crowd, startsAt: Date): number[] {
  const hours = Array.from({ length: crowd.days * 24 }, () => 0);
  for (const { at, direction } of scans) {
    const hour = Math.floor((at.getTime() - startsAt.getTime()) / 3_600_000);
    if (direction === 'ENTRY' && hour >= 0) hours[hour] = (hours[hour] ?? 0) + 1;
  }
  return hours;
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

describe.each(crowded)('the crowd of $id', ({ crowd, place }) => {
  const scans = demoScans(crowd, place, now);

  test('comes in the same way on every machine', () => {
    expect(demoScans(crowd, place, now)).toEqual(scans);
  });

  test('is ordered by time, and none of it is yet to come', () => {
    const times = scans.map(({ at }) => at.getTime());
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times.at(-1)).toBeLessThanOrEqual(now.getTime());
  });

  test('has scans of one ticket at different moments, so that their order is known', () => {
    const moments = new Set(scans.map(({ ticketId, at }) => `${ticketId} ${at.toISOString()}`));
    expect(moments.size).toBe(scans.length);
  });

  test('only grows with time', () => {
    const earlier = new Date(now.getTime() - 30 * 3_600_000);
    const before = demoScans(crowd, place, earlier);
    expect(before).toEqual(scans.slice(0, before.length));
  });

  test('parts into batches of one direction that keep each scan, each nonce and the order of each ticket', () => {
    const batches = demoBatches(scans, place.timezone);
    for (const batch of batches) expect(new Set(batch.map(({ direction }) => direction)).size).toBe(1);
    const batched = batches.flat();
    expect(new Set(batched.map(({ nonce }) => nonce)).size).toBe(scans.length);
    const byTicket = (list: readonly DemoScan[]) => Map.groupBy(list, ({ ticketId }) => ticketId);
    expect(byTicket(batched)).toEqual(byTicket(scans));
  });

  test('begins with a test scan before the doors, which is taken back', () => {
    expect(scans[0]).toMatchObject({ ticketId: testTicket, direction: 'ENTRY' });
    expect(scans[0]?.takenBack).not.toBeNull();
    expect(scans[0]?.at.getTime()).toBeLessThan(place.startsAt.getTime());
  });
});

test('a fair has thousands of scans: a rush each morning, a dip at noon, and more people at the weekend', () => {
  const { crowd, place } = crowdOf('demo-design-week');
  const scans = scansOf('demo-design-week');
  expect(scans.length).toBeGreaterThan(3_000);
  const hours = entriesByHour(scans, crowd, place.startsAt);
  const days = Array.from({ length: 7 }, (_, day) => hours.slice(day * 24, day * 24 + 10));
  for (const [first = 0, , noon = 0, afternoon = 0] of days) {
    expect(first).toBeGreaterThan(2 * noon);
    expect(afternoon).toBeGreaterThan(noon);
  }
  const [, , , saturday = [], sunday = [], ...week] = days;
  for (const weekday of week) {
    expect(sum(saturday)).toBeGreaterThan(sum(weekday));
    expect(sum(sunday)).toBeGreaterThan(sum(weekday));
  }
});

test('people at a fair go out and come back on one ticket, and have all left by the evening', () => {
  const evening = new Date('2026-03-17T21:00:00.000Z');
  const tickets = Map.groupBy(scansOf('demo-design-week', evening), ({ ticketId }) => ticketId);
  const standing = [...tickets.values()].filter(([first]) => first?.takenBack === null);
  expect(standing.filter((scans) => scans.length >= 4).length).toBeGreaterThan(100);
  for (const scans of standing) expect(scans.at(-1)?.direction).toBe('EXIT');
});

test('a festival crowd comes within two hours of the doors', () => {
  const { crowd, place } = crowdOf('demo-harbour-lights');
  const hours = entriesByHour(scansOf('demo-harbour-lights'), crowd, place.startsAt);
  expect(sum(hours.slice(0, 2)) / sum(hours)).toBeGreaterThan(0.9);
  expect(sum(hours)).toBeGreaterThan(1_000);
});

test('gates have different shares', () => {
  const gates = Map.groupBy(scansOf('demo-design-week'), ({ gate }) => gate);
  const sizes = [0, 1, 2, 3].map((gate) => gates.get(gate)?.length ?? 0);
  expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  expect(sizes[3]).toBeGreaterThan(0);
});

test('every crowd has a share for each gate of its event', () => {
  for (const { crowd, gates } of demoEvents) {
    if (crowd) expect(crowd.gateShares).toHaveLength(gates.length);
  }
});

test.each([
  ['2026-03-28', 'Europe/Berlin', '2026-03-28T09:00:00.000Z'],
  ['2026-03-29', 'Europe/Berlin', '2026-03-29T08:00:00.000Z'],
  ['2026-10-25', 'Europe/London', '2026-10-25T10:00:00.000Z'],
  ['2026-03-08', 'America/New_York', '2026-03-08T14:00:00.000Z'],
  ['2026-01-10', 'Asia/Kolkata', '2026-01-10T04:30:00.000Z'],
  ['2026-01-10', 'Australia/Sydney', '2026-01-09T23:00:00.000Z'],
  ['2026-01-10', 'Atlantic/Reykjavik', '2026-01-10T10:00:00.000Z'],
])('ten in the morning of %s in %s is %s', (day, timezone, moment) => {
  expect(momentAt(day, '10:00', timezone).toISOString()).toBe(moment);
});

test('the last Saturday is never today', () => {
  expect(lastWeekday('2026-03-20', 6)).toBe('2026-03-14');
  expect(lastWeekday('2026-03-21', 6)).toBe('2026-03-14');
  expect(lastWeekday('2026-03-22', 6)).toBe('2026-03-21');
});
