import type { TixGoClient } from '@tixgo/client/client.ts';
import {
  BanUserDocument,
  CancelEventDocument,
  DeleteEventDocument,
  LogoutDocument,
} from '@tixgo/client/generated/documents.ts';
import { TixGoError } from '@tixgo/client/tixgo-error.ts';
import { expectSame } from '../expectations.ts';
import type { Journey } from '../journey.ts';

function codeOf(error: unknown): string | undefined {
  return error instanceof TixGoError ? error.code : undefined;
}

/** An event that somebody came to stays for the record, canceled. */
async function remove(admin: TixGoClient, id: string): Promise<void> {
  try {
    await admin.request(DeleteEventDocument, { id });
  } catch (error) {
    if (codeOf(error) === 'NOT_FOUND') return;
    if (codeOf(error) !== 'CONFLICT') throw error;
    await admin.request(CancelEventDocument, { id, reason: 'Made by a smoke test.' });
  }
}

/** As far as the API permits: accounts cannot be deleted. */
export const cleanUp: Journey = {
  name: 'clean up',
  steps: (deployment) => [
    {
      name: 'the events of this run are deleted or canceled',
      run: async () => {
        for (const id of deployment.madeEventIds) await remove(await deployment.admin(), id);
      },
    },
    {
      name: 'the users of this run are banned',
      run: async () => {
        const reason = 'Made by a smoke test.';
        for (const userId of deployment.madeUserIds) {
          await (await deployment.admin()).request(BanUserDocument, { userId, reason });
        }
      },
    },
    {
      name: 'the admin signs out',
      run: async () => {
        const { logout } = await (await deployment.admin()).request(LogoutDocument);
        expectSame('a session was ended', logout, true);
      },
    },
  ],
};
