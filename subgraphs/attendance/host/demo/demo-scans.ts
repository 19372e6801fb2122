import type { ScanDirection } from '../../domain/door.ts';
import { localDay } from '../../domain/local-day.ts';
import { addDays, momentAt, weekdayOf } from './local-time.ts';
import { between, mulberry32, normal, pick, type Random } from './random.ts';

/** A rush of arrivals; times are hours after the doors open. */
export interface Rush {
  readonly at: number;
  /** One standard deviation. */
  readonly spread: number;
  readonly share: number;
}

/** How people come and go. Times are hours after the doors open; shares are parts of 1 where nothing else is said. */
export interface Crowd {
  readonly seed: number;
  readonly ticketPrefix: string;
  readonly days: number;
  /** `HH:MM` in the event's zone. */
  readonly opens: string;
  readonly closesAfter: number;
  readonly lastEntry: number;
  readonly rushes: readonly Rush[];
  /** In the order of the event's gates, in any unit. */
  readonly gateShares: readonly number[];
  /** Tickets that are good for one day only, for each working day. */
  readonly dayTickets: number;
  /** How many day tickets a Saturday or Sunday has for one of a working day. */
  readonly weekend: number;
  /** Tickets for all days, and which share of them comes on a day. */
  readonly passes: number;
  readonly passesComing: number;
  /** Scans that come again within a minute and are refused. */
  readonly doubled: number;
  /** How long people stay; null where exits are not scanned. */
  readonly stay: { readonly least: number; readonly most: number; readonly lunchBreak: number } | null;
  /** Of how many day tickets one was scanned by mistake; null for no mistakes. */
  readonly mistakeEvery: number | null;
  /** How many of the door staff scan, gate by gate in turn. */
  readonly staff: number;
}

export interface CrowdPlace {
  readonly startsAt: Date;
  readonly timezone: string;
}

export interface DemoScan {
  readonly nonce: string;
  readonly ticketId: string;
  readonly direction: ScanDirection;
  readonly gate: number;
  readonly at: Date;
  /** Why it is taken back afterwards; null: it stands. */
  readonly takenBack: string | null;
}

type PlannedScan = Omit<DemoScan, 'nonce' | 'at'> & { readonly at: number };

const hour = 60 * 60 * 1000;
const second = 1000;

/** Held up at the first gate before the doors open, to see whether all works. */
export const testTicket = 'TEST-TICKET';

/**
 * The scans that a crowd leaves at the doors of an event until a moment, oldest first. The same for the same event:
 * a later moment only adds to them.
 */
export function demoScans(crowd: Crowd, { startsAt, timezone }: CrowdPlace, until: Date): DemoScan[] {
  const firstDay = localDay(startsAt, timezone);
  const planned: PlannedScan[] = [testScan(momentAt(firstDay, crowd.opens, timezone))];
  for (let day = 0; day < crowd.days; day += 1) {
    const date = addDays(firstDay, day);
    const opensAt = momentAt(date, crowd.opens, timezone).getTime();
    // A generator for each day: what happens on one does not depend on how many came before.
    const random = mulberry32(crowd.seed * 1_000 + day);
    for (const visitor of visitorsOf(crowd, day, date, random)) {
      planned.push(...visit(crowd, visitor, opensAt, random));
    }
  }
  return planned
    .filter(({ at }) => at <= until.getTime())
    .sort((a, b) => a.at - b.at || (a.ticketId < b.ticketId ? -1 : 1))
    .map((scan, index) => ({ ...scan, at: new Date(scan.at), nonce: `demo-${index}` }));
}

function testScan(opensAt: Date): PlannedScan {
  return {
    ticketId: testTicket,
    direction: 'ENTRY',
    gate: 0,
    at: opensAt.getTime() - 0.2 * hour,
    takenBack: 'Test scan before the doors opened.',
  };
}

interface Visitor {
  readonly ticketId: string;
  readonly isMistake: boolean;
}

function visitorsOf(crowd: Crowd, day: number, date: string, random: Random): Visitor[] {
  const { ticketPrefix, passes, passesComing, dayTickets, weekend, mistakeEvery } = crowd;
  const numbered = (kind: string, number: number) =>
    `${ticketPrefix}-${kind}${String(number + 1).padStart(4, '0')}`;
  const coming = Array.from({ length: passes }, (_, number) => numbered('P', number)).filter(
    () => random() < passesComing,
  );
  const isWeekend = [0, 6].includes(weekdayOf(date));
  const today = Array.from({ length: Math.round(dayTickets * (isWeekend ? weekend : 1)) }, (_, number) => ({
    ticketId: numbered(crowd.days === 1 ? '' : `${day + 1}-`, number),
    isMistake: mistakeEvery !== null && number % mistakeEvery === mistakeEvery - 1,
  }));
  return [...coming.map((ticketId) => ({ ticketId, isMistake: false })), ...today];
}

/** All scans of one ticket on one day, in their order and seconds apart. */
function visit(
  crowd: Crowd,
  { ticketId, isMistake }: Visitor,
  opensAt: number,
  random: Random,
): PlannedScan[] {
  const scan = (direction: ScanDirection, at: number): PlannedScan => ({
    ticketId,
    direction,
    gate: pick(random, crowd.gateShares),
    at: Math.round(opensAt + at * hour),
    takenBack: isMistake ? 'Scanned by mistake; the visitor did not come in.' : null,
  });
  const arrival = arrivalOf(crowd, random);
  const entry = scan('ENTRY', arrival);
  if (isMistake) return [entry];
  const movements = [entry];
  if (crowd.stay) {
    const leaving = leavingOf(crowd, crowd.stay, arrival, random);
    const out = between(random, 1.9, 3.2);
    const takesBreak = arrival < 1.6 && leaving > 4.3 && random() < crowd.stay.lunchBreak;
    if (takesBreak) movements.push(scan('EXIT', out), scan('ENTRY', out + between(random, 0.4, 1)));
    movements.push(scan('EXIT', leaving));
  }
  return movements.flatMap((each) => (random() < crowd.doubled ? [each, doubleOf(each, random)] : [each]));
}

function arrivalOf({ rushes, lastEntry }: Crowd, random: Random): number {
  const shares = rushes.map(({ share }) => share);
  const { at, spread } = rushes[pick(random, shares)] ?? { at: 0, spread: 1 };
  for (;;) {
    const arrival = normal(random, at, spread);
    if (arrival >= 0 && arrival < lastEntry) return arrival;
  }
}

/** Who would stay past the end leaves with the last announcements. */
function leavingOf(
  { closesAfter }: Crowd,
  { least, most }: { readonly least: number; readonly most: number },
  arrival: number,
  random: Random,
): number {
  const leaving = arrival + between(random, least, most);
  return leaving < closesAfter ? leaving : closesAfter - between(random, 0, 0.3);
}

/** The same ticket held up once more at the same gate. */
function doubleOf(scan: PlannedScan, random: Random): PlannedScan {
  return { ...scan, at: scan.at + Math.round(between(random, 2, 45) * second) };
}

/** One statement's worth. */
const largestBatch = 500;

/**
 * Parts scans into batches as `runScanBatch` takes them: one direction each, the scans of a ticket in their order, and
 * no two of one ticket that could both be let in. Far fewer than by time: what separates two scans is their ticket only.
 * @param scans oldest first
 */
export function demoBatches(scans: readonly DemoScan[], timezone: string): DemoScan[][] {
  const steps = new Map<number, DemoScan[]>();
  const last = new Map<string, { step: number; direction: ScanDirection; day: string }>();
  for (const scan of scans) {
    const { direction, ticketId } = scan;
    const day = localDay(scan.at, timezone);
    const before = last.get(ticketId);
    const step = before
      ? before.step + stepsBetween(before, { direction, day })
      : Number(direction === 'EXIT');
    last.set(ticketId, { step, direction, day });
    const members = steps.get(step) ?? [];
    steps.set(step, members);
    members.push(scan);
  }
  return [...steps].sort(([a], [b]) => a - b).flatMap(([, members]) => chunks(members));
}

/** Even steps are entries and odd ones are exits. */
function stepsBetween(
  before: { readonly direction: ScanDirection; readonly day: string },
  next: { readonly direction: ScanDirection; readonly day: string },
): number {
  if (before.direction !== next.direction) return 1;
  return before.day === next.day ? 0 : 2;
}

function chunks(scans: readonly DemoScan[]): DemoScan[][] {
  return Array.from({ length: Math.ceil(scans.length / largestBatch) }, (_, index) =>
    scans.slice(index * largestBatch, (index + 1) * largestBatch),
  );
}
