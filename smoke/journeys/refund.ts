import { RefundPaymentDocument } from '@tixgo/client/generated/documents.ts';
import type { Deployment, Person } from '../deployment.ts';
import { eventually, expectError, expectPresent, expectSame } from '../expectations.ts';
import { journey } from '../journey.ts';
import {
  buyTicket,
  expectAvailable,
  expectDoorSays,
  openSale,
  orderOnce,
  price,
  reserve,
  type Sale,
} from '../sale.ts';

interface Scene {
  readonly sale: Sale;
  readonly buyer: Person;
  readonly orderId: string;
  readonly paymentId: string;
  readonly code: string;
}

async function setScene(deployment: Deployment): Promise<Scene> {
  const sale = await openSale(deployment, 1);
  const buyer = await deployment.register();
  const { order, code } = await buyTicket(buyer, sale, deployment);
  await expectDoorSays(null, sale, code, deployment);
  const { id: paymentId } = expectPresent('payment', order.payments?.[0]);
  return { sale, buyer, orderId: order.id, paymentId, code };
}

export const refund = journey<Scene>({
  name: 'refund',
  scene: ['somebody has the only ticket', setScene],
  steps: {
    'they may not pay it back to themselves': async ({ buyer, paymentId: id }) => {
      const refunding = buyer.tixgo.request(RefundPaymentDocument, { id, reason: 'Ill' });
      await expectError(refunding, 'FORBIDDEN', { coordinate: 'Mutation.refundPayment' });
    },
    'an admin does': async ({ paymentId: id }, deployment) => {
      const input = { id, reason: 'Smoke test' };
      const { refundPayment } = await (await deployment.admin()).request(RefundPaymentDocument, input);
      expectSame('amount', refundPayment.refund?.amount, price);
    },
    'the order is REFUNDED, and its ticket is void': async ({ buyer, orderId }) => {
      const { tickets } = await orderOnce(buyer, orderId, 'REFUNDED');
      const { status, code } = expectPresent('ticket', tickets[0]);
      expectSame('ticket', { status, code }, { status: 'REFUNDED', code: null });
      await eventually(10_000, async () => {
        const { payments } = await orderOnce(buyer, orderId, 'REFUNDED');
        expectSame('payment', payments?.[0]?.refund?.status, 'SUCCEEDED');
      });
    },
    'the door refuses it as CANCELED': async ({ sale, code }, deployment) => {
      await expectDoorSays('CANCELED', sale, code, deployment);
    },
    'its place is on sale again': async ({ sale }, deployment) => {
      await expectAvailable(sale, 1, deployment);
      await reserve(await deployment.register(), sale, deployment);
    },
  },
});
