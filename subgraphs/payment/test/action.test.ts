import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { userViewer } from '@tixgo/platform/testing/ask.ts';
import { PaymentSystem, seconds } from './payment-system.ts';

let system: PaymentSystem;
beforeAll(async () => {
  system = await PaymentSystem.start();
});
afterAll(async () => {
  await system.stop();
});

const waiting = async () => await system.paid('pm_card_threeDSecure2Required');
const complete = async (clientSecret: string, authenticate = true) =>
  await system.ask('completeSandboxAction', { clientSecret, authenticate });

describe('a payer whose bank wants to see them', () => {
  test('gets a client secret, and nothing is charged yet', async () => {
    const payment = await waiting();
    expect(payment).toMatchObject({
      __typename: 'Payment',
      status: 'REQUIRES_ACTION',
      clientSecret: expect.stringMatching(/_secret_/),
    });
    expect(await system.ledger(payment.orderId)).toMatchObject([{ charged: 0 }]);
    expect(await system.types(payment.orderId)).toEqual(['payment.started']);
    expect(await system.pay(payment.orderId)).toMatchObject({ orderStatus: 'PROCESSING' });
  });

  test('pays by authenticating', async () => {
    const { clientSecret, id, orderId } = await waiting();
    expect(await complete(clientSecret)).toMatchObject({ id, status: 'SUCCEEDED', clientSecret: null });
    expect(await system.ledger(orderId)).toMatchObject([{ charged: 4200 }]);
    expect(await system.types(orderId)).toEqual(['payment.started', 'payment.succeeded']);
  });

  test('fails by not authenticating, and may pay in another way', async () => {
    const { clientSecret, orderId } = await waiting();
    expect(await complete(clientSecret, false)).toMatchObject({
      status: 'FAILED',
      failureReason: 'payment_intent_authentication_failure',
      clientSecret: null,
    });
    // Its secret is out, so that it must not be charged by another card any more.
    expect(await system.ledger(orderId)).toMatchObject([{ state: 'CANCELED', charged: 0 }]);
    expect(await system.pay(orderId)).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('does so once', async () => {
    const { clientSecret } = await waiting();
    await complete(clientSecret);
    const again = { clientSecret, authenticate: false };
    expect(await system.refusal('completeSandboxAction', again)).toMatchObject({ code: 'CONFLICT' });
  });

  test('is the payer: to others there is no such payment', async () => {
    const { clientSecret, id } = await waiting();
    const action = { clientSecret, authenticate: true };
    for (const viewer of [userViewer('USER'), system.admin]) {
      expect(await system.refusal('completeSandboxAction', action, viewer)).toMatchObject({
        code: 'NOT_FOUND',
      });
    }
    expect(await system.payment(id)).toMatchObject({ status: 'REQUIRES_ACTION', clientSecret: null });
  });

  test.each(['', 'unknown', 'a\u0000b', 'x'.repeat(300)])(
    'must name the secret: %j',
    async (clientSecret) => {
      const action = { clientSecret, authenticate: true };
      expect(await system.refusal('completeSandboxAction', action)).toMatchObject({ code: 'NOT_FOUND' });
    },
  );

  test('of another provider goes to the bank itself', async () => {
    const stripe = { kind: 'stripe', secretKey: 'sk', webhookSecret: 'whsec', apiBase: undefined } as const;
    const replica = await system.replica({ settings: stripe });
    const action = { clientSecret: 'x', authenticate: true };
    expect(await replica.refusal('completeSandboxAction', action)).toMatchObject({ code: 'CONFLICT' });
    await replica.subgraph.stop();
  });
});

describe('an order that is over', () => {
  test.each(['EXPIRED', 'CANCELED'] as const)('%s, no longer waits for its payer', async (status) => {
    const { id, orderId, clientSecret } = await waiting();
    await system.order({ orderId, version: 2, status });
    await system.reconcile();
    expect(await system.payment(id)).toMatchObject({ status: 'FAILED', failureReason: 'order_expired' });
    expect(await system.ledger(orderId)).toMatchObject([{ state: 'CANCELED', charged: 0 }]);
    expect(await system.types(orderId)).toEqual(['payment.started', 'payment.failed']);
    const late = { clientSecret, authenticate: true };
    expect(await system.refusal('completeSandboxAction', late)).toMatchObject({ code: 'CONFLICT' });
  });

  test('while its payer just authenticated is paid all the same, and the ticket service decides', async () => {
    const { id, orderId } = await waiting();
    await system.database.pool.query(
      `update payment.sandbox_intent set state = 'CHARGED', charged = amount
       where ref = (select provider_ref from payment.payment where id = $1)`,
      [id],
    );
    await system.order({ orderId, version: 2, status: 'EXPIRED' });
    await system.reconcile();
    expect(await system.payment(id)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await system.types(orderId)).toEqual(['payment.started', 'payment.succeeded']);
  });

  test('before the bank asked is seen when the payment is looked at next', async () => {
    const { id, orderId } = await waiting();
    await system.database.pool.query(
      "update payment.payable_order set status = 'EXPIRED' where order_id = $1",
      [orderId],
    );
    await system.reconcile();
    expect(await system.payment(id)).toMatchObject({ status: 'REQUIRES_ACTION' });
    system.pass(31 * seconds);
    await system.reconcile();
    expect(await system.payment(id)).toMatchObject({ status: 'FAILED' });
  });

  test('lets go of no payment that is done', async () => {
    const { id, orderId } = await system.paid();
    await system.order({ orderId, version: 2, status: 'CANCELED' });
    system.pass(31 * seconds);
    await system.reconcile();
    expect(await system.payment(id)).toMatchObject({ status: 'SUCCEEDED' });
  });
});

describe('a payer’s bank that takes the money back', () => {
  test('makes the payment DISPUTED, told once', async () => {
    const { id, orderId } = await system.paid('pm_card_createDispute');
    await system.reconcile();
    await system.reconcile();
    expect(await system.payment(id)).toMatchObject({ status: 'DISPUTED' });
    expect(await system.told(orderId)).toMatchObject([
      { type: 'payment.started' },
      { type: 'payment.succeeded' },
      { type: 'payment.disputed', payload: { orderId, paymentId: id, standing: 'LOST' } },
    ]);
    expect(await system.refusal('refundPayment', { id }, system.admin)).toMatchObject({ code: 'CONFLICT' });
    expect(await system.pay(orderId)).toMatchObject({ orderStatus: 'PAID' });
  });

  test('holds up what is due to go back', async () => {
    const { id, orderId } = await system.paid('pm_card_createDispute');
    await system.reconcile();
    await system.tell('order.refund-due', { orderId, paymentId: id, amount: 4200, cause: 'EVENT_CANCELED' });
    await system.reconcile();
    expect(await system.payment(id)).toMatchObject({ status: 'DISPUTED', refund: { status: 'PENDING' } });
    expect(await system.ledger(orderId)).toMatchObject([{ refunded: 0 }]);
  });
});
