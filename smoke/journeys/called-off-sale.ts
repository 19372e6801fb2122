import { CancelEventDocument } from '@tixgo/client/generated/documents.ts';
import type { Deployment, Person } from '../deployment.ts';
import { eventually, expectPresent, expectSame } from '../expectations.ts';
import { journey } from '../journey.ts';
import { buyTicket, expectDoorSays, openSale, orderOnce, reserve, type Sale, tryToReserve } from '../sale.ts';

interface Scene {
  readonly sale: Sale;
  readonly buyer: Person;
  readonly paidId: string;
  readonly pendingId: string;
  readonly code: string;
}

async function setScene(deployment: Deployment): Promise<Scene> {
  const sale = await openSale(deployment);
  const buyer = await deployment.register();
  const { order, code } = await buyTicket(buyer, sale, deployment);
  const { id: pendingId } = await reserve(buyer, sale, deployment);
  return { sale, buyer, paidId: order.id, pendingId, code };
}

export const calledOffSale = journey<Scene>({
  name: 'cancellation of an event that sells',
  scene: ['one ticket is paid and another one reserved', setScene],
  steps: {
    'an admin cancels the event': async ({ sale }, deployment) => {
      const input = { id: sale.eventId, reason: 'Smoke test' };
      const { cancelEvent } = await (await deployment.admin()).request(CancelEventDocument, input);
      expectSame('status', cancelEvent.status, 'CANCELED');
    },
    'the order that was not paid is CANCELED': async ({ buyer, pendingId }) => {
      await orderOnce(buyer, pendingId, 'CANCELED');
    },
    'the paid one is paid back, and its ticket void': async ({ buyer, paidId }) => {
      const { tickets } = await orderOnce(buyer, paidId, 'REFUNDED');
      expectSame('code', expectPresent('ticket', tickets[0]).code, null);
      await eventually(10_000, async () => {
        const { payments } = await orderOnce(buyer, paidId, 'REFUNDED');
        expectSame('payment', payments?.[0]?.status, 'REFUNDED');
      });
    },
    'the door refuses it as CANCELED': async ({ sale, code }, deployment) => {
      await expectDoorSays('CANCELED', sale, code, deployment);
    },
    'nothing is sold any more': async ({ buyer, sale }, deployment) => {
      const refused = await tryToReserve(buyer, sale, deployment);
      expectSame('answer', refused.__typename, 'SalesClosed');
    },
  },
});
