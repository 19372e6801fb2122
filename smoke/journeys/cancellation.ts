import type { TixGoClient } from '@tixgo/client/client.ts';
import {
  AttendanceTotalsDocument,
  CancelEventDocument,
  CheckInDocument,
  UpdateEventDocument,
} from '@tixgo/client/generated/documents.ts';
import { eventually, expectAccepted, expectError, expectRefused, expectSame } from '../expectations.ts';
import { journey } from '../journey.ts';

interface Scene {
  readonly admin: TixGoClient;
  readonly eventId: string;
}

export const cancellation = journey<Scene>({
  name: 'cancellation',
  scene: [
    'an event has its first guest',
    async (deployment) => {
      const admin = await deployment.admin();
      const { id: eventId } = await deployment.createEvent();
      const input = { eventId, ticketId: deployment.uniqueName() };
      expectAccepted(await admin.request(CheckInDocument, { input }));
      return { admin, eventId };
    },
  ],
  steps: {
    'an admin cancels it': async ({ admin, eventId }) => {
      const { cancelEvent } = await admin.request(CancelEventDocument, { id: eventId, reason: 'Smoke test' });
      expectSame('status', cancelEvent.status, 'CANCELED');
    },
    'the door hears of it and refuses every ticket': async ({ admin, eventId }, deployment) => {
      await eventually(2000, async () => {
        const input = { eventId, ticketId: deployment.uniqueName() };
        expectRefused(await admin.request(CheckInDocument, { input }), 'CANCELED');
      });
    },
    'it cannot be changed any more': async ({ admin, eventId }) => {
      const changing = admin.request(UpdateEventDocument, { id: eventId, input: { name: 'Still on' } });
      await expectError(changing, 'CONFLICT');
    },
    'who came stays known': async ({ admin, eventId }) => {
      const { attendance } = await admin.request(AttendanceTotalsDocument, { eventId });
      expectSame('anyone came', (attendance?.totalCheckedIn ?? 0) >= 1, true);
    },
  },
});
