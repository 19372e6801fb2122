import {
  CheckInDocument,
  MyTicketsDocument,
  TransferTicketDocument,
} from '@tixgo/client/generated/documents.ts';
import type { Deployment, Person } from '../deployment.ts';
import { expectAccepted, expectError, expectPresent, expectSame } from '../expectations.ts';
import { journey } from '../journey.ts';
import { buyTicket, expectDoorSays, openSale, type Sale } from '../sale.ts';

interface Scene {
  readonly sale: Sale;
  readonly owner: Person;
  readonly friend: Person;
  readonly ticketId: string;
  readonly oldCode: string;
  newCode: string;
}

async function setScene(deployment: Deployment): Promise<Scene> {
  const sale = await openSale(deployment);
  const owner = await deployment.register();
  const { ticket, code } = await buyTicket(owner, sale, deployment);
  await expectDoorSays(null, sale, code, deployment);
  const friend = await deployment.register();
  return { sale, owner, friend, ticketId: ticket.id, oldCode: code, newCode: '' };
}

export const transfer = journey<Scene>({
  name: 'transfer',
  scene: ['somebody has a ticket that the door would admit', setScene],
  steps: {
    'they give it to a friend, and see its code no more': async ({ owner, friend, ticketId }) => {
      const { transferTicket } = await owner.tixgo.request(TransferTicketDocument, {
        id: ticketId,
        toUsername: friend.username,
      });
      expectSame('holder', transferTicket.holder?.username, friend.username);
      expectSame('code', transferTicket.code, null);
    },
    'it is not theirs to give again': async ({ owner, friend, ticketId }) => {
      const input = { id: ticketId, toUsername: friend.username };
      await expectError(owner.tixgo.request(TransferTicketDocument, input), 'NOT_FOUND');
    },
    'the friend has it, with a code of its own': async (scene) => {
      const { myTickets } = await scene.friend.tixgo.request(MyTicketsDocument, { withQr: true });
      const { id, code, codeNumber, qrSvg } = expectPresent('ticket', myTickets.edges[0]).node;
      expectSame('ticket', { id, codeNumber }, { id: scene.ticketId, codeNumber: 2 });
      expectPresent('QR image', qrSvg);
      scene.newCode = expectPresent('code', code);
    },
    'the door takes the old code for REVOKED': async ({ sale, oldCode }, deployment) => {
      await expectDoorSays('REVOKED', sale, oldCode, deployment);
    },
    'and admits the new one': async ({ sale, newCode }, deployment) => {
      const input = { eventId: sale.eventId, code: newCode };
      expectAccepted(await (await deployment.admin()).request(CheckInDocument, { input }));
    },
  },
});
