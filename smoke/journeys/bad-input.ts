import type { TixGoClient } from '@tixgo/client/client.ts';
import {
  CheckInDocument,
  CreateEventDocument,
  EventDocument,
  EventsDocument,
  RegisterDocument,
} from '@tixgo/client/generated/documents.ts';
import { timesAroundNow } from '../deployment.ts';
import { expectError, expectThat } from '../expectations.ts';
import { journey } from '../journey.ts';

interface Scene {
  readonly admin: TixGoClient;
}

export const badInput = journey<Scene>({
  name: 'bad input',
  scene: ['an admin signs in', async (deployment) => ({ admin: await deployment.admin() })],
  steps: {
    'a page of -1 or of 10,000 names its argument': async (_scene, { anyone }) => {
      for (const first of [-1, 10_000]) {
        await expectError(anyone.request(EventsDocument, { first }), 'BAD_USER_INPUT', { field: 'first' });
      }
    },
    "a cursor of nobody's names its argument": async (_scene, { anyone }) => {
      const asking = anyone.request(EventsDocument, { after: 'not-a-cursor' });
      await expectError(asking, 'BAD_USER_INPUT', { field: 'after' });
    },
    'an unknown event is not found, with a request id': async (_scene, deployment) => {
      const asking = deployment.anyone.request(EventDocument, { id: deployment.uniqueName() });
      const { requestId } = await expectError(asking, 'NOT_FOUND');
      expectThat(requestId !== undefined, 'the answer has no x-request-id');
    },
    'an event that ends before it starts is refused': async ({ admin }, deployment) => {
      const { startsAt, endsAt, timezone } = timesAroundNow();
      const input = { name: deployment.uniqueName(), startsAt: endsAt, endsAt: startsAt, timezone };
      await expectError(admin.request(CreateEventDocument, { input }), 'BAD_USER_INPUT', { field: 'endsAt' });
    },
    'an impossible time zone is refused': async ({ admin }, deployment) => {
      const input = { name: deployment.uniqueName(), ...timesAroundNow(), timezone: 'Mars/Olympus' };
      const creating = admin.request(CreateEventDocument, { input });
      await expectError(creating, 'BAD_USER_INPUT', { field: 'timezone' });
    },
    'a password of more than 72 bytes is refused': async (_scene, deployment) => {
      const input = { username: deployment.uniqueName(), password: 'ü'.repeat(37) };
      await expectError(deployment.anyone.request(RegisterDocument, { input }), 'PASSWORD_TOO_LONG');
    },
    'a scan needs a ticket or a code': async ({ admin }, deployment) => {
      const input = { eventId: deployment.uniqueName() };
      await expectError(admin.request(CheckInDocument, { input }), 'BAD_USER_INPUT');
    },
    'a field that does not exist is refused before anything runs': async (_scene, { anyone }) => {
      await expectError(anyone.request('{ passwords }'), 'GRAPHQL_VALIDATION_FAILED');
    },
  },
});
