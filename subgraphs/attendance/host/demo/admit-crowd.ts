import { newId } from '@tixgo/platform/ids.ts';
import type { UserViewer } from '@tixgo/platform/viewer.ts';
import type { CheckInRecord, Scan, ScannedBy } from '../../domain/door.ts';
import type { AttendanceSubgraph } from '../../subgraph.ts';
import { type Crowd, type DemoScan, demoBatches, demoScans, testTicket } from './demo-scans.ts';
import type { EventRecord } from './ensure-demo-events.ts';

type AttendanceServices = AttendanceSubgraph['services'];

export interface CrowdedEvent {
  readonly record: EventRecord;
  readonly crowd: Crowd;
}

/**
 * Scans what the crowd of an event brought until the event was created: the same plan at every start, whose nonces
 * keep what is there from being scanned again. The test scan is taken back last of all, and says that all is there.
 * @param staff who scans, gate by gate in turn
 */
export async function admitCrowd(
  attendance: AttendanceServices,
  { record, crowd }: CrowdedEvent,
  staff: readonly ScannedBy[],
  organizer: UserViewer,
): Promise<void> {
  const { id: eventId, gates, timezone, createdAt } = record;
  await attendance.assertEventExists(eventId);
  const mistakes: { readonly checkIn: CheckInRecord; readonly reason: string }[] = [];
  for (const batch of demoBatches(demoScans(crowd, record, createdAt), timezone)) {
    const scans = batch.map((scan) => scanOf(scan, gates, staff));
    const outcomes = await attendance.runScanBatch(eventId, scans);
    for (const [index, outcome] of outcomes.entries()) {
      const reason = batch[index]?.takenBack ?? null;
      if (reason !== null && outcome.kind === 'admitted') mistakes.push({ checkIn: outcome.checkIn, reason });
    }
  }
  // The test scan came first.
  for (const { checkIn, reason } of mistakes.reverse()) {
    if (checkIn.undoneAt === null) await attendance.undoCheckIn(organizer, checkIn.id, reason);
  }
}

/** @returns those whose crowd is not all there, of all events in one list query */
export async function findCrowdsToCome(
  attendance: AttendanceServices,
  events: readonly CrowdedEvent[],
): Promise<CrowdedEvent[]> {
  const reader = attendance.attendanceReader();
  const isThere = await Promise.all(
    events.map(async ({ record }) => {
      const { edges } = await reader.records(record.id, { first: 100, filter: { search: testTicket } });
      return edges.some(({ node }) => node.ticketId === testTicket && node.undoneAt !== null);
    }),
  );
  return events.filter((_, index) => !isThere[index]);
}

function scanOf(
  { ticketId, direction, gate, at, nonce }: DemoScan,
  gates: readonly string[],
  staff: readonly ScannedBy[],
): Scan {
  const by = staff[gate % staff.length];
  if (!by) throw new Error('Nobody is at the door.');
  return {
    id: newId(at),
    ticketId,
    direction,
    gate: gates[gate] ?? null,
    at,
    by: { id: by.id, username: by.username },
    byHand: false,
    mayForce: false,
    nonce,
    deviceTime: null,
  };
}
