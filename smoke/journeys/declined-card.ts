import { OrderDocument } from '@tixgo/client/generated/documents.ts';
import type { Person } from '../deployment.ts';
import { expectError, expectSame, expectThat } from '../expectations.ts';
import { journey } from '../journey.ts';
import { openSale, orderOnce, pay, payInFull, reserve } from '../sale.ts';

interface Scene {
  readonly buyer: Person;
  readonly orderId: string;
}

export const declinedCard = journey<Scene>({
  name: 'a declined card',
  scene: [
    'somebody reserves a ticket',
    async (deployment) => {
      const buyer = await deployment.register();
      const { id: orderId } = await reserve(buyer, await openSale(deployment), deployment);
      return { buyer, orderId };
    },
  ],
  steps: {
    'nobody else may see the order': async ({ orderId }, deployment) => {
      const stranger = await deployment.register();
      await expectError(stranger.tixgo.request(OrderDocument, { id: orderId }), 'NOT_FOUND');
    },
    'their card is declined, with the reason of the bank': async ({ buyer, orderId }, deployment) => {
      const declined = await pay(buyer, orderId, deployment, 'pm_card_visa_chargeDeclined');
      expectThat(
        declined.__typename === 'PaymentDeclined',
        `expected PaymentDeclined, got ${declined.__typename}`,
      );
      expectSame('reason', declined.reason, 'generic_decline');
    },
    'the order still holds the ticket': async ({ buyer, orderId }) => {
      await orderOnce(buyer, orderId, 'PENDING');
    },
    'another card pays it': async ({ buyer, orderId }, deployment) => {
      const { payments } = await payInFull(buyer, orderId, deployment);
      expectSame(
        'payments',
        payments?.map(({ status }) => status),
        ['FAILED', 'SUCCEEDED'],
      );
    },
    'paid, it cannot be paid again': async ({ buyer, orderId }, deployment) => {
      const refused = await pay(buyer, orderId, deployment);
      expectThat(
        refused.__typename === 'OrderNotPayable',
        `expected OrderNotPayable, got ${refused.__typename}`,
      );
    },
  },
});
