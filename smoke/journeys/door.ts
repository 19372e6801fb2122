import type { TixGoClient } from '@tixgo/client/client.ts';
import {
  AttendanceRecordsDocument,
  AttendanceRefusalsDocument,
  AttendanceTimelineDocument,
  AttendanceTotalsDocument,
  CheckInByIdDocument,
  CheckInDocument,
  EventSummaryDocument,
  UndoCheckInDocument,
  VerifyTicketDocument,
} from '@tixgo/client/generated/documents.ts';
import type { Deployment, Person } from '../deployment.ts';
import { expectAccepted, expectError, expectPresent, expectRefused, expectSame } from '../expectations.ts';
import { journey } from '../journey.ts';

interface Scene {
  readonly scanner: Person;
  readonly admin: TixGoClient;
  readonly eventId: string;
  readonly ticketId: string;
  readonly otherTicketId: string;
}

async function setScene(deployment: Deployment): Promise<Scene> {
  const { id } = await deployment.createEvent({ gates: ['north', 'south'] });
  return {
    scanner: await deployment.registerStaff('SCANNER'),
    admin: await deployment.admin(),
    eventId: id,
    ticketId: deployment.uniqueName(),
    otherTicketId: deployment.uniqueName(),
  };
}

async function onlyRecord({ admin, eventId, ticketId }: Scene) {
  const { attendance } = await admin.request(AttendanceRecordsDocument, {
    eventId,
    filter: { search: ticketId },
  });
  const { totalCount, edges } = expectPresent('attendance', attendance).records;
  expectSame('records of the ticket', totalCount, 1);
  return expectPresent('record', edges[0]).node;
}

export const door = journey<Scene>({
  name: 'the door of an event that admits once',
  scene: ['an event is open, with a SCANNER at its door', setScene],
  steps: {
    'a ticket nobody has seen would be let in': async ({ scanner, eventId, ticketId }) => {
      const { verifyTicket } = await scanner.tixgo.request(VerifyTicketDocument, { eventId, ticketId });
      expectSame('admissible', verifyTicket.admissible, true);
    },
    'the SCANNER checks it in': async ({ scanner, eventId, ticketId }) => {
      const input = { eventId, ticketId, gate: 'north', nonce: `${ticketId}-first` };
      const checkIn = expectAccepted(await scanner.tixgo.request(CheckInDocument, { input }));
      expectSame('checked in by', checkIn.checkedInBy.username, scanner.username);
      expectSame('gate', checkIn.gate, 'north');
    },
    'the same scan sent again is the same check-in': async (scene) => {
      const { scanner, eventId, ticketId } = scene;
      const input = { eventId, ticketId, gate: 'north', nonce: `${ticketId}-first` };
      const checkIn = expectAccepted(await scanner.tixgo.request(CheckInDocument, { input }));
      expectSame('id', checkIn.id, (await onlyRecord(scene)).id);
      const otherInput = { ...input, gate: 'south' };
      const reused = scanner.tixgo.request(CheckInDocument, { input: otherInput });
      await expectError(reused, 'IDEMPOTENCY_KEY_REUSED');
    },
    'a second scan is refused and names the first': async (scene) => {
      const { scanner, eventId, ticketId } = scene;
      const input = { eventId, ticketId, gate: 'south' };
      const refusal = expectRefused(
        await scanner.tixgo.request(CheckInDocument, { input }),
        'ALREADY_REDEEMED',
      );
      expectSame('the first', refusal.previous, await onlyRecord(scene));
    },
    'attendance counts it, by gate and over time': async ({ scanner, admin, eventId }) => {
      const { attendance } = await scanner.tixgo.request(AttendanceTotalsDocument, { eventId });
      const counts = { eventId, totalCheckedIn: 1, inside: 1, refused: 1, expected: null };
      expectSame('attendance', attendance, {
        ...counts,
        gates: [{ gate: 'north', checkedIn: 1, inside: 1 }],
      });
      const timeline = await admin.request(AttendanceTimelineDocument, { eventId, bucket: 'MINUTE' });
      const buckets = expectPresent('timeline', timeline.attendance).timeline;
      expectSame(
        'entries and exits',
        buckets.map(({ entries, exits }) => [entries, exits]),
        [[1, 0]],
      );
    },
    'the record and the refusal are listed': async (scene) => {
      const { admin, eventId, ticketId, scanner } = scene;
      const record = await onlyRecord(scene);
      expectSame('ticket', record.ticketId, ticketId);
      const { checkIn } = await admin.request(CheckInByIdDocument, { id: record.id });
      expectSame('check-in', checkIn, record);
      const { attendance } = await admin.request(AttendanceRefusalsDocument, { eventId });
      const refusals = expectPresent('attendance', attendance).refusals.edges.map(({ node }) => node);
      expectSame(
        'refusals',
        refusals.map(({ reason, gate, by }) => ({ reason, gate, by: by.username })),
        [{ reason: 'ALREADY_REDEEMED', gate: 'south', by: scanner.username }],
      );
    },
    'the summary of the event joins it': async ({ admin, eventId, ticketId }) => {
      const { event } = await admin.request(EventSummaryDocument, { id: eventId, records: 5 });
      const attendance = expectPresent('attendance', event?.summary?.attendance);
      expectSame('check-ins', attendance.totalCheckedIn, 1);
      expectSame(
        'tickets',
        attendance.records.edges.map(({ node }) => node.ticketId),
        [ticketId],
      );
    },
    'the SCANNER may not undo it': async (scene) => {
      const { id } = await onlyRecord(scene);
      const undoing = scene.scanner.tixgo.request(UndoCheckInDocument, { id, reason: 'Wrong ticket' });
      await expectError(undoing, 'FORBIDDEN', { coordinate: 'Mutation.undoCheckIn' });
    },
    'an admin undoes it, once, and the ticket may enter again': async (scene) => {
      const { admin, scanner, eventId, ticketId } = scene;
      const { id } = await onlyRecord(scene);
      const { undoCheckIn } = await admin.request(UndoCheckInDocument, { id, reason: 'Wrong ticket' });
      expectPresent('undoneAt', undoCheckIn.undoneAt);
      await expectError(admin.request(UndoCheckInDocument, { id, reason: 'Again' }), 'CONFLICT');
      expectAccepted(await scanner.tixgo.request(CheckInDocument, { input: { eventId, ticketId } }));
    },
    'of many scans of one ticket at once, one is accepted': async ({ scanner, eventId, otherTicketId }) => {
      const input = { eventId, ticketId: otherTicketId };
      const scans = await Promise.all(
        Array.from({ length: 20 }, () => scanner.tixgo.request(CheckInDocument, { input })),
      );
      const accepted = scans.filter(({ checkIn }) => checkIn.__typename === 'CheckIn');
      expectSame('accepted', accepted.length, 1);
      const first = accepted.map(expectAccepted)[0];
      for (const scan of scans) {
        if (scan === accepted[0]) continue;
        expectSame('the first', expectRefused(scan, 'ALREADY_REDEEMED').previous?.id, first?.id);
      }
    },
  },
});
