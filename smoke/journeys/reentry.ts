import type { TixGoClient } from '@tixgo/client/client.ts';
import {
  AttendanceTotalsDocument,
  CheckInDocument,
  type ScanDirection,
} from '@tixgo/client/generated/documents.ts';
import { expectAccepted, expectPresent, expectRefused, expectSame } from '../expectations.ts';
import { journey } from '../journey.ts';

interface Scene {
  readonly admin: TixGoClient;
  readonly eventId: string;
  readonly ticketId: string;
}

async function scan({ admin, eventId, ticketId }: Scene, direction: ScanDirection) {
  return await admin.request(CheckInDocument, { input: { eventId, ticketId, direction } });
}

async function counts({ admin, eventId }: Scene) {
  const { attendance } = await admin.request(AttendanceTotalsDocument, { eventId });
  const { totalCheckedIn, inside } = expectPresent('attendance', attendance);
  return { totalCheckedIn, inside };
}

export const reentry = journey<Scene>({
  name: 'exit and re-entry',
  scene: [
    'an event admits again after each exit',
    async (deployment) => {
      const { id } = await deployment.createEvent({ entryPolicy: 'REENTRY_AFTER_EXIT' });
      return { admin: await deployment.admin(), eventId: id, ticketId: deployment.uniqueName() };
    },
  ],
  steps: {
    'nobody goes out who is not inside': async (scene) => {
      expectRefused(await scan(scene, 'EXIT'), 'RULES');
    },
    'a ticket goes in, and not in twice': async (scene) => {
      expectAccepted(await scan(scene, 'ENTRY'));
      expectRefused(await scan(scene, 'ENTRY'), 'ALREADY_REDEEMED');
      expectSame('counts', await counts(scene), { totalCheckedIn: 1, inside: 1 });
    },
    'it goes out': async (scene) => {
      expectSame('direction', expectAccepted(await scan(scene, 'EXIT')).direction, 'EXIT');
      expectSame('counts', await counts(scene), { totalCheckedIn: 1, inside: 0 });
    },
    'it comes in again and is counted once': async (scene) => {
      expectAccepted(await scan(scene, 'ENTRY'));
      expectSame('counts', await counts(scene), { totalCheckedIn: 1, inside: 1 });
    },
  },
});
