import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { minutes, PaymentSystem } from './payment-system.ts';

let system: PaymentSystem;
beforeAll(async () => {
  system = await PaymentSystem.start();
});
afterAll(async () => {
  await system.stop();
});

const statusOf = async (paymentId: string) => {
  const { rows } = await system.database.pool.query(
    'select status from payment.refund where payment_id = $1',
    [paymentId],
  );
  return rows[0]?.status;
};

/** A refund that is asked for while the ticket service is away, so that its answer is the test's to give. */
async function requested(): Promise<{ id: string; orderId: string }> {
  const { id, orderId } = await system.paid();
  system.answers.goAway();
  expect(await system.refund(id)).toMatchObject({ status: 'SUCCEEDED', refund: { status: 'PENDING' } });
  return { id, orderId };
}

describe('a refund that an ADMIN asks for', () => {
  test('pays back what the ticket service says, whatever was known here', async () => {
    const { id, orderId } = await system.paid();
    system.answers.refundable.set(orderId, 1200);
    expect(await system.refund(id)).toMatchObject({
      status: 'REFUNDED',
      refund: { status: 'SUCCEEDED', amount: { amount: 1200 } },
    });
    expect(await system.ledger(orderId)).toMatchObject([{ refunded: 1200 }]);
    expect((await system.told(orderId)).slice(2)).toEqual([
      { type: 'payment.refund-requested', payload: { orderId, paymentId: id, amount: 4200 } },
      { type: 'payment.refunded', payload: { orderId, paymentId: id, amount: 1200 } },
    ]);
  });

  test('is a CONFLICT when the ticket service says that nothing is left, and may be asked for again', async () => {
    const { id, orderId } = await system.paid();
    system.answers.refundable.set(orderId, 0);
    expect(await system.refusal('refundPayment', { id }, system.admin)).toMatchObject({
      code: 'CONFLICT',
      message: expect.stringMatching(/^Nothing of this payment is left/),
    });
    expect(await system.payment(id)).toMatchObject({ status: 'SUCCEEDED', refund: { status: 'FAILED' } });
    expect(await statusOf(id)).toBe('DECLINED');
    system.answers.refundable.set(orderId, 700);
    expect(await system.refund(id)).toMatchObject({
      status: 'REFUNDED',
      refund: { amount: { amount: 700 } },
    });
  });

  test('waits while the ticket service is away, moves no money, and is finished when that is back', async () => {
    const { id, orderId } = await requested();
    system.pass(10 * minutes);
    await system.reconcile();
    expect(await system.ledger(orderId)).toMatchObject([{ refunded: 0 }]);
    expect(await system.refusal('refundPayment', { id }, system.admin)).toMatchObject({ code: 'CONFLICT' });
    expect(system.answers.waiting).toBe(1);
    await system.answers.comeBack();
    await system.reconcile();
    expect(await system.payment(id)).toMatchObject({
      status: 'REFUNDED',
      refund: { status: 'SUCCEEDED', reason: 'asked' },
    });
    expect(await system.ledger(orderId)).toMatchObject([{ refunded: 4200 }]);
  });

  test('is answered by what is due for a canceled event; the answer that comes behind that changes nothing', async () => {
    const { id, orderId } = await requested();
    await system.tell('order.refund-due', {
      orderId,
      paymentId: id,
      amount: 1500,
      cause: 'EVENT_CANCELED',
    });
    await system.reconcile();
    await system.answers.comeBack();
    await system.reconcile();
    expect(await system.payment(id)).toMatchObject({
      status: 'REFUNDED',
      refund: { amount: { amount: 1500 }, reason: 'asked' },
    });
    expect(await system.ledger(orderId)).toMatchObject([{ refunded: 1500 }]);
  });

  test('and was declined does not lose what falls due later', async () => {
    const { id, orderId } = await system.paid();
    system.answers.refundable.set(orderId, 0);
    await system.refusal('refundPayment', { id }, system.admin);
    await system.tell('order.refund-due', { orderId, paymentId: id, amount: 800, cause: 'EVENT_CANCELED' });
    await system.reconcile();
    expect(await system.payment(id)).toMatchObject({ refund: { reason: 'The event was canceled.' } });
    expect(await system.ledger(orderId)).toMatchObject([{ refunded: 800 }]);
  });

  test('is not declined any more once it is due', async () => {
    const { id, orderId } = await requested();
    const of = { orderId, paymentId: id };
    await system.tell('order.refund-due', { ...of, amount: 900, cause: 'ADMIN' });
    await system.tell('order.refund-declined', of);
    await system.tell('order.refund-due', { ...of, amount: 4200, cause: 'ADMIN' });
    await system.reconcile();
    await system.tell('order.refund-declined', of);
    expect(await statusOf(id)).toBe('SUCCEEDED');
    expect(await system.ledger(orderId)).toMatchObject([{ refunded: 900 }]);
    await system.answers.comeBack();
  });

  test('waits for the bank of a payer that takes the money back meanwhile', async () => {
    const { id, orderId } = await system.paid('pm_card_createDispute');
    system.answers.goAway();
    const asking = system.refund(id);
    while (system.answers.waiting === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await system.reconcile();
    await system.answers.comeBack();
    expect(await asking).toMatchObject({ status: 'DISPUTED', refund: { status: 'PENDING' } });
    system.pass(minutes);
    await system.reconcile();
    expect(await statusOf(id)).toBe('PENDING');
    expect(await system.ledger(orderId)).toMatchObject([{ refunded: 0 }]);
  });
});
