import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@tixgo/platform/ids.ts';
import { gate, minutes, PaymentSystem } from './payment-system.ts';

const crowd = 20;
let system: PaymentSystem;
beforeAll(async () => {
  system = await PaymentSystem.start({ poolSize: crowd + 5 });
});
afterAll(async () => {
  await system.stop();
});

describe('the same key', () => {
  test.each(['pm_card_visa', 'pm_card_visa_chargeDeclined', 'pm_card_threeDSecure2Required'])(
    'with the same input answers the same and charges once: %s',
    async (method) => {
      const { orderId } = await system.order();
      const key = newId();
      const first = await system.pay(orderId, method, { key });
      expect(await system.pay(orderId, method, { key: ` ${key} ` })).toEqual(first);
      expect(await system.ledger(orderId)).toHaveLength(1);
      expect((await system.types(orderId)).filter((type) => type === 'payment.started')).toHaveLength(1);
    },
  );

  test('answers the same when the order is over by then', async () => {
    const { orderId } = await system.order();
    const key = newId();
    const first = await system.pay(orderId, 'pm_card_visa', { key });
    await system.order({ orderId, version: 2, status: 'PAID' });
    expect(await system.pay(orderId, 'pm_card_visa', { key })).toEqual(first);
  });

  test('keeps a refusal, also when the order could be paid by then', async () => {
    const { orderId } = await system.order({ status: 'EXPIRED' });
    const key = newId();
    const first = await system.pay(orderId, 'pm_card_visa', { key });
    expect(first).toMatchObject({ orderStatus: 'EXPIRED' });
    await system.order({ orderId, version: 2 });
    expect(await system.pay(orderId, 'pm_card_visa', { key })).toEqual(first);
    expect(await system.pay(orderId)).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('keeps no refusal that holds while another payment is under way', async () => {
    const { orderId } = await system.order();
    const other = await system.pay(orderId, 'pm_card_threeDSecure2Required');
    const key = newId();
    expect(await system.pay(orderId, 'pm_card_visa', { key })).toMatchObject({
      orderStatus: 'PROCESSING',
      message: 'Another payment of this order is under way.',
    });
    const { clientSecret } = other;
    await system.ask('completeSandboxAction', { clientSecret, authenticate: false });
    expect(await system.pay(orderId, 'pm_card_visa', { key })).toMatchObject({ status: 'SUCCEEDED' });
  });

  test.each(['order', 'payment method'])('with another %s is IDEMPOTENCY_KEY_REUSED', async (what) => {
    const [one, other] = [await system.order(), await system.order()];
    const key = newId();
    await system.pay(one.orderId, 'pm_card_visa', { key });
    const input = {
      orderId: what === 'order' ? other.orderId : one.orderId,
      paymentMethod: what === 'order' ? 'pm_card_visa' : 'pm_card_amex',
      idempotencyKey: key,
    };
    expect(await system.refusal('payOrder', { input })).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
    expect(await system.types(other.orderId)).toEqual([]);
  });

  test('of twenty at once pays once and answers all the same', async () => {
    const { orderId } = await system.order();
    const key = newId();
    const pay = async () => await system.pay(orderId, 'pm_card_visa', { key });
    const answers = await Promise.all(Array.from({ length: crowd }, pay));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 'SUCCEEDED' });
    expect(await system.ledger(orderId)).toEqual([{ state: 'CHARGED', charged: 4200, refunded: 0 }]);
  });
});

test('of twenty who pay one order at once with keys of their own, one payment begins', async () => {
  const { orderId } = await system.order();
  const answers = await Promise.all(Array.from({ length: crowd }, async () => await system.pay(orderId)));
  const outcomes = answers.map(({ status, orderStatus }) => status ?? orderStatus);
  expect(outcomes.filter((outcome) => outcome === 'PROCESSING' || outcome === 'PAID')).toHaveLength(
    crowd - 1,
  );
  expect(outcomes).toContain('SUCCEEDED');
  expect(answers.filter(({ __typename }) => __typename === 'Payment')).toHaveLength(1);
  expect(await system.ledger(orderId)).toEqual([{ state: 'CHARGED', charged: 4200, refunded: 0 }]);
  expect(await system.types(orderId)).toEqual(['payment.started', 'payment.succeeded']);
});

describe('a twin in flight', () => {
  const slow = async () => {
    const [reached, answered] = [gate(), gate()];
    const system = await PaymentSystem.start({
      faults: {
        confirm: async () => {
          reached.open();
          await answered.opened;
          return { kind: 'succeeded' };
        },
      },
    });
    return { system, reached, answered };
  };

  test.each(['in the same process', 'in another process'])('%s waits for the first', async (where) => {
    const { system: one, reached, answered } = await slow();
    const other = where === 'in the same process' ? one : await one.replica();
    const { orderId } = await one.order();
    const viewer = one.buyer;
    const key = newId();
    const first = one.pay(orderId, 'pm_card_visa', { key });
    await reached.opened;
    const twin = other.pay(orderId, 'pm_card_visa', { key, viewer });
    const early = new Promise((resolve) => setImmediate(resolve, 'still waiting'));
    expect(await Promise.race([twin, early])).toBe('still waiting');
    answered.open();
    expect(await twin).toEqual(await first);
    expect(await twin).toMatchObject({ status: 'SUCCEEDED' });
    if (other !== one) await other.subgraph.stop();
    await one.stop();
  });
});

describe('a provider that takes long', () => {
  test('leaves the payment PROCESSING within two seconds, and the work goes on', async () => {
    const { orderId } = await system.order();
    const start = performance.now();
    const payment = await system.pay(orderId, 'sandbox_slow_1700');
    expect(performance.now() - start).toBeLessThan(2_000);
    expect(payment).toMatchObject({ __typename: 'Payment', status: 'PROCESSING' });
    expect(await system.pay(orderId)).toMatchObject({ orderStatus: 'PROCESSING' });
    await system.subgraph.stop();
    expect(await system.payment(payment.id)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await system.types(orderId)).toEqual(['payment.started', 'payment.succeeded']);
  });

  test('is not taken for one that was given up', async () => {
    const { orderId } = await system.order();
    const payment = await system.pay(orderId, 'sandbox_slow_2500');
    system.pass(2_000);
    await system.reconcile();
    expect(await system.payment(payment.id)).toMatchObject({ status: 'PROCESSING' });
    system.pass(1 * minutes);
    await system.reconcile();
    expect(await system.payment(payment.id)).toMatchObject({ status: 'SUCCEEDED' });
  });
});
