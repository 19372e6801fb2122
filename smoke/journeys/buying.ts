import {
  CheckInDocument,
  EventSalesDocument,
  EventSummaryDocument,
  MyOrdersDocument,
} from '@tixgo/client/generated/documents.ts';
import type { Deployment, Person } from '../deployment.ts';
import {
  eventually,
  expectAccepted,
  expectError,
  expectPresent,
  expectRefused,
  expectSame,
} from '../expectations.ts';
import { journey } from '../journey.ts';
import { expectAvailable, expectDoorSays, openSale, payInFull, price, reserve, type Sale } from '../sale.ts';

interface Scene {
  readonly sale: Sale;
  readonly buyer: Person;
  orderId: string;
  codes: readonly string[];
}

async function setScene(deployment: Deployment): Promise<Scene> {
  const sale = await openSale(deployment);
  return { sale, buyer: await deployment.register(), orderId: '', codes: [] };
}

/** Scans the ticket at this place of the order. */
async function scan({ sale, codes }: Scene, place: number, gate: string, deployment: Deployment) {
  const code = expectPresent('code', codes[place]);
  const input = { eventId: sale.eventId, code, gate };
  return await (await deployment.admin()).request(CheckInDocument, { input });
}

export const buying = journey<Scene>({
  name: 'buying',
  scene: ['tickets go on sale that are good at one of two gates', setScene],
  steps: {
    'somebody reserves two, at the price of that moment': async (scene, deployment) => {
      const order = await reserve(scene.buyer, scene.sale, deployment, 2);
      expectSame('total', order.total, { ...price, amount: 2 * price.amount });
      scene.orderId = order.id;
      await expectAvailable(scene.sale, 3, deployment);
    },
    'they pay by card, and have a code for each': async (scene, deployment) => {
      const { tickets, payments } = await payInFull(scene.buyer, scene.orderId, deployment);
      expectSame(
        'payments',
        payments?.map(({ status }) => status),
        ['SUCCEEDED'],
      );
      scene.codes = tickets.map(({ code }) => expectPresent('code', code));
      expectSame('codes', new Set(scene.codes).size, 2);
    },
    'the order is among their own, and seen by nobody else': async ({ buyer, orderId }, { anyone }) => {
      const { myOrders } = await buyer.tixgo.request(MyOrdersDocument);
      expectSame(
        'own orders',
        myOrders.edges.map(({ node }) => node.id),
        [orderId],
      );
      await expectError(anyone.request(MyOrdersDocument), 'UNAUTHENTICATED');
    },
    'the door hears of the tickets': async ({ sale, codes }, deployment) => {
      for (const code of codes) await expectDoorSays(null, sale, code, deployment);
    },
    'another gate refuses this type': async (scene, deployment) => {
      expectRefused(await scan(scene, 0, 'south', deployment), 'PRODUCT');
    },
    'its own gate admits the ticket, once': async (scene, deployment) => {
      expectAccepted(await scan(scene, 0, 'north', deployment));
      expectRefused(await scan(scene, 0, 'north', deployment), 'ALREADY_REDEEMED');
    },
    'the summary joins what was sold with who came': async ({ sale }, deployment) => {
      const admin = await deployment.admin();
      const { event } = await admin.request(EventSalesDocument, { id: sale.eventId });
      const { sold, reserved, revenue } = expectPresent('sales', event?.summary?.sales);
      expectSame('sold and reserved', { sold, reserved }, { sold: 2, reserved: 0 });
      expectSame('revenue', revenue, [{ ...price, amount: 2 * price.amount }]);
      await eventually(2000, async () => {
        const { event: came } = await admin.request(EventSummaryDocument, { id: sale.eventId });
        const { totalCheckedIn, expected } = expectPresent('attendance', came?.summary?.attendance);
        expectSame('who came', { totalCheckedIn, expected }, { totalCheckedIn: 1, expected: 2 });
      });
    },
  },
});
