import {
  CheckInDocument,
  DeleteTicketImportDocument,
  TicketImportDocument,
  TicketImportsDocument,
  VerifyTicketDocument,
} from '@tixgo/client/generated/documents.ts';
import type { Deployment, Person } from '../deployment.ts';
import { expectAccepted, expectError, expectPresent, expectRefused, expectSame } from '../expectations.ts';
import { journey } from '../journey.ts';

interface Scene {
  readonly eventId: string;
  readonly admin: Person;
  importId: string;
}

async function setScene(deployment: Deployment): Promise<Scene> {
  const { id } = await deployment.createEvent({ admission: 'TICKETED', gates: ['north', 'south'] });
  return { eventId: id, admin: await deployment.registerStaff('ADMIN'), importId: '' };
}

/** The import, or why it was refused and what is kept of it. */
interface ImportAnswer {
  readonly id?: string;
  readonly rows_taken?: number;
  readonly import?: { readonly id: string };
}

/** Sends a list over REST, as no GraphQL operation carries a file. */
async function send(
  { eventId, admin }: Scene,
  { settings, exchanges }: Deployment,
  list: string,
  mode: string,
) {
  const response = await exchanges.fetch(`${settings.url}/events/${eventId}/tickets/import?mode=${mode}`, {
    method: 'POST',
    headers: { 'content-type': 'text/csv', authorization: `Bearer ${admin.accessToken}` },
    body: new TextEncoder().encode(list),
  });
  const answer: ImportAnswer = JSON.parse(await response.text());
  return { status: response.status, answer };
}

async function scan({ eventId, admin }: Scene, code: string, gate = 'north') {
  return await admin.tixgo.request(CheckInDocument, { input: { eventId, code, gate } });
}

const list = 'code;name;gates\r\nSOLD-1;Ada;north\r\nSOLD-2;Ben;\r\nSOLD-1;Ada again;\r\n';

export const importedTickets = journey<Scene>({
  name: 'tickets that were sold elsewhere',
  scene: ['an event is to admit them', setScene],
  steps: {
    'a list with a bad row is refused whole, and says which': async (scene, deployment) => {
      const { status, answer } = await send(scene, deployment, list, 'all_or_nothing');
      expectSame('status', status, 422);
      const { id } = expectPresent('import', answer.import);
      const { ticketImport } = await scene.admin.tixgo.request(TicketImportDocument, { id });
      const { status: state, rowsRead, rowsBad, errors } = expectPresent('import', ticketImport);
      expectSame('import', { state, rowsRead, rowsBad }, { state: 'FAILED', rowsRead: 3, rowsBad: 1 });
      expectSame(
        'bad lines',
        errors.edges.map(({ node }) => node.line),
        [4],
      );
      expectRefused(await scan(scene, 'SOLD-1'), 'INVALID');
    },
    'its good rows are taken where that is asked for': async (scene, deployment) => {
      const { status, answer } = await send(scene, deployment, list, 'skip_bad');
      expectSame('status and rows taken', [status, answer.rows_taken], [200, 2]);
      scene.importId = expectPresent('id', answer.id);
      const { ticketImports } = await scene.admin.tixgo.request(TicketImportsDocument, {
        eventId: scene.eventId,
      });
      expectSame(
        'imports',
        ticketImports.edges.map(({ node }) => node.status),
        ['DONE', 'FAILED'],
      );
    },
    'the door knows them': async ({ eventId, admin }) => {
      const { verifyTicket } = await admin.tixgo.request(VerifyTicketDocument, { eventId, code: 'SOLD-1' });
      expectSame('admissible', verifyTicket.admissible, true);
      expectSame('holder', verifyTicket.importedTicket?.holderName, 'Ada');
    },
    'it admits one at its gate, once, and no unknown code': async (scene) => {
      expectRefused(await scan(scene, 'SOLD-1', 'south'), 'PRODUCT');
      expectAccepted(await scan(scene, 'SOLD-1'));
      expectRefused(await scan(scene, 'SOLD-1'), 'ALREADY_REDEEMED');
      expectRefused(await scan(scene, 'SOLD-3'), 'INVALID');
    },
    'the list cannot be taken back any more': async ({ admin, importId }) => {
      await expectError(admin.tixgo.request(DeleteTicketImportDocument, { id: importId }), 'CONFLICT');
    },
  },
});
