import { CancelOrderDocument, type OrderFieldsFragment } from '@tixgo/client/generated/documents.ts';
import type { Deployment, Person } from '../deployment.ts';
import { expectPresent, expectSame } from '../expectations.ts';
import type { Journey, Step } from '../journey.ts';
import { expectAvailable, openSale, orderOnce, reserve, type Sale } from '../sale.ts';

/** Longer than this a run does not wait for an order to end, in milliseconds. */
const patience = 5_000;
const sweepTime = 5_000;

interface Scene {
  readonly sale: Sale;
  readonly buyer: Person;
  readonly order: OrderFieldsFragment;
}

async function setScene(deployment: Deployment): Promise<Scene> {
  const sale = await openSale(deployment, 1);
  const buyer = await deployment.register();
  const order = await reserve(buyer, sale, deployment);
  await expectAvailable(sale, 0, deployment);
  return { sale, buyer, order };
}

/** @returns what was shown to be true: how soon orders end is the deployment's to decide */
async function endOrder({ buyer, order }: Scene): Promise<string> {
  const left = Date.parse(order.expiresAt) - Date.now();
  if (left <= patience) {
    await orderOnce(buyer, order.id, 'EXPIRED', left + sweepTime);
    return 'left unpaid, it expires';
  }
  const { cancelOrder } = await buyer.tixgo.request(CancelOrderDocument, { id: order.id });
  expectSame('status', cancelOrder.status, 'CANCELED');
  return `canceled by its buyer, as its expiry in ${Math.round(left / 1000)} s was not waited for`;
}

export const unpaidOrder: Journey = {
  name: 'an order that is not paid',
  steps: (deployment) => {
    let scene: Scene | undefined;
    const current = () => expectPresent('the order, which the first step makes,', scene);
    // Named anew by what it did: the runner prints a step when it is over.
    const ending: { name: string; run: Step['run'] } = {
      name: 'it ends',
      run: async () => {
        ending.name = await endOrder(current());
      },
    };
    return [
      {
        name: 'somebody reserves the last ticket',
        run: async () => {
          scene = await setScene(deployment);
        },
      },
      ending,
      {
        name: 'its ticket is on sale again, and somebody else reserves it',
        run: async () => {
          await expectAvailable(current().sale, 1, deployment);
          await reserve(await deployment.register(), current().sale, deployment);
        },
      },
    ];
  },
};
