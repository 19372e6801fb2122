import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@tixgo/platform/ids.ts';
import { userViewer } from '@tixgo/platform/testing/ask.ts';
import { statementsDuring } from '@tixgo/platform/testing/statement-counter.ts';
import { anonymous, type Viewer } from '@tixgo/platform/viewer.ts';
import { type Operation, PaymentSystem } from './payment-system.ts';

let system: PaymentSystem;
beforeAll(async () => {
  system = await PaymentSystem.start();
});
afterAll(async () => {
  await system.stop();
});

const representation = (typename: string, id: string) => ({ __typename: typename, id });
const entities = async (list: object[], viewer?: Viewer) =>
  await system.ask('entities', { representations: list }, viewer);

describe('a payment', () => {
  test('is its payer’s and the ADMINs’; to others there is none', async () => {
    const { id } = await system.paid();
    expect(await system.ask('payment', { id })).toMatchObject({ id });
    expect(await system.ask('payment', { id }, system.admin)).toMatchObject({ id });
    const committee = userViewer('COMMITTEE');
    expect(await system.refusal('payment', { id }, committee)).toMatchObject({
      code: 'NOT_FOUND',
      message: 'No such payment.',
    });
    expect(await entities([representation('Payment', id)], committee)).toEqual([null]);
    expect(await entities([representation('Payment', id)])).toMatchObject([{ id, status: 'SUCCEEDED' }]);
  });

  test.each([newId(), 'nonsense', '\u0000'])('that does not exist is NOT_FOUND: %j', async (id) => {
    expect(await system.refusal('payment', { id }, system.admin)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await entities([representation('Payment', id)], system.admin)).toEqual([null]);
  });

  test('shows its client secret to its payer, who must act, and to nobody else', async () => {
    const { id } = await system.paid('pm_card_threeDSecure2Required');
    expect(await system.payment(id, system.buyer)).toMatchObject({ clientSecret: expect.any(String) });
    expect(await system.payment(id, system.admin)).toMatchObject({ clientSecret: null });
    const done = await system.paid();
    expect(done.clientSecret).toBeNull();
  });
});

describe('the payments of an order', () => {
  test('are its buyer’s and the ADMINs’, oldest first; null to others', async () => {
    const { orderId } = await system.order();
    const { payment } = await system.pay(orderId, 'pm_card_visa_chargeDeclined');
    system.pass(1);
    const { id } = await system.pay(orderId);
    const order = representation('Order', orderId);
    const expected = [
      {
        payments: [
          { id: payment.id, status: 'FAILED' },
          { id, status: 'SUCCEEDED' },
        ],
      },
    ];
    expect(await entities([order])).toMatchObject(expected);
    expect(await entities([order], system.admin)).toMatchObject(expected);
    expect(await entities([order], userViewer('COMMITTEE'))).toMatchObject([{ id: orderId, payments: null }]);
  });

  test('are none before anybody paid, and hidden all the same', async () => {
    const { orderId } = await system.order();
    const order = representation('Order', orderId);
    expect(await entities([order])).toMatchObject([{ payments: [] }]);
    expect(await entities([order], userViewer('USER'))).toMatchObject([{ payments: null }]);
    expect(await entities([representation('Order', newId())])).toMatchObject([{ payments: [] }]);
    expect(await entities([representation('Order', 'nonsense')])).toMatchObject([{ payments: null }]);
  });

  test('cost the same few statements for many orders as for one', async () => {
    const orders = await Promise.all(
      Array.from({ length: 5 }, async () => representation('Order', (await system.paid()).orderId)),
    );
    const count = async (list: object[]) =>
      (await statementsDuring(system.database, async () => await entities(list))).length;
    expect(await count(orders)).toBe(await count(orders.slice(0, 1)));
  });
});

test.each<[Operation, object, string]>([
  ['payments', {}, 'Query.payments'],
  ['refundPayment', { id: newId() }, 'Mutation.refundPayment'],
])('%s is the ADMINs’', async (operation, variables, coordinate) => {
  for (const viewer of [system.buyer, userViewer('COMMITTEE')]) {
    const refusal = await system.refusal(operation, { ...variables }, viewer);
    expect(refusal).toMatchObject({ code: 'FORBIDDEN', coordinate });
  }
});

test.each<[Operation, Record<string, unknown>]>([
  ['payment', { id: newId() }],
  ['myPayments', {}],
  ['payments', {}],
  ['refundPayment', { id: newId() }],
  ['completeSandboxAction', { clientSecret: 'x', authenticate: true }],
  ['entities', { representations: [representation('Payment', newId())] }],
])('%s is closed to strangers', async (operation, variables) => {
  expect(await system.refusal(operation, variables, anonymous)).toMatchObject({ code: 'UNAUTHENTICATED' });
});
