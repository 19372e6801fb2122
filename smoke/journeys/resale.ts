import {
  CheckInDocument,
  EventSaleDocument,
  ListTicketDocument,
  MyPayoutsDocument,
  ReserveListingDocument,
  SettlePayoutDocument,
} from '@tixgo/client/generated/documents.ts';
import type { Deployment, Person } from '../deployment.ts';
import { eventually, expectAccepted, expectPresent, expectSame, expectThat } from '../expectations.ts';
import { journey } from '../journey.ts';
import { buyTicket, expectDoorSays, openSale, payInFull, type Sale } from '../sale.ts';

const resalePrice = { amount: 2000, currency: 'EUR' };

interface Scene {
  readonly sale: Sale;
  readonly seller: Person;
  readonly buyer: Person;
  readonly ticketId: string;
  readonly oldCode: string;
  listingId: string;
  orderId: string;
  newCode: string;
}

async function setScene(deployment: Deployment): Promise<Scene> {
  const sale = await openSale(deployment);
  const [seller, buyer] = [await deployment.register(), await deployment.register()];
  const { ticket, code } = await buyTicket(seller, sale, deployment);
  const unknownYet = { listingId: '', orderId: '', newCode: '' };
  return { sale, seller, buyer, ticketId: ticket.id, oldCode: code, ...unknownYet };
}

async function onlyPayout({ seller }: Scene) {
  const { myPayouts } = await seller.tixgo.request(MyPayoutsDocument);
  expectSame('payouts', myPayouts.edges.length, 1);
  return expectPresent('payout', myPayouts.edges[0]).node;
}

export const resale = journey<Scene>({
  name: 'resale',
  scene: ['somebody has a ticket', setScene],
  steps: {
    'they offer it, and everyone sees the offer but not the seller': async (scene, { anyone }) => {
      const { sale, seller, ticketId } = scene;
      const { listTicket } = await seller.tixgo.request(ListTicketDocument, { ticketId, price: resalePrice });
      scene.listingId = listTicket.id;
      const { event } = await anyone.request(EventSaleDocument, { id: sale.eventId });
      const listings = event?.resaleListings?.edges.map(({ node }) => node) ?? [];
      const seen = listings.map(({ id, price, seller, status }) => ({ id, price, seller, status }));
      expectSame('listings', seen, [{ id: listTicket.id, price: resalePrice, seller: null, status: 'OPEN' }]);
    },
    'while it is on offer, the door refuses it': async ({ sale, oldCode }, deployment) => {
      await expectDoorSays('BLOCKED', sale, oldCode, deployment);
    },
    'somebody reserves it at its price': async (scene, deployment) => {
      const { reserveListing: order } = await scene.buyer.tixgo.request(ReserveListingDocument, {
        id: scene.listingId,
        idempotencyKey: deployment.uniqueName(),
      });
      expectThat(order.__typename === 'Order', `expected an Order, got ${order.__typename}`);
      expectSame('total', order.total, resalePrice);
      scene.orderId = order.id;
    },
    'paid, it is theirs with a new code': async (scene, deployment) => {
      const { tickets } = await payInFull(scene.buyer, scene.orderId, deployment);
      const { id, code, codeNumber } = expectPresent('ticket', tickets[0]);
      expectSame('ticket', { id, codeNumber }, { id: scene.ticketId, codeNumber: 2 });
      scene.newCode = expectPresent('code', code);
    },
    'the door refuses the old code as REVOKED and admits the new one': async (
      { sale, oldCode, newCode },
      deployment,
    ) => {
      await expectDoorSays('REVOKED', sale, oldCode, deployment);
      const input = { eventId: sale.eventId, code: newCode };
      expectAccepted(await (await deployment.admin()).request(CheckInDocument, { input }));
    },
    'the seller has a payout to come': async (scene) => {
      await eventually(2000, async () => {
        const { amount, status } = await onlyPayout(scene);
        expectSame('payout', { amount, status }, { amount: resalePrice, status: 'DUE' });
      });
    },
    'an admin settles it': async (scene, deployment) => {
      const { id } = await onlyPayout(scene);
      const { settlePayout } = await (await deployment.admin()).request(SettlePayoutDocument, { id });
      expectSame('status', settlePayout.status, 'SETTLED');
      expectPresent('settledAt', (await onlyPayout(scene)).settledAt);
    },
  },
});
