import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@tixgo/platform/ids.ts';
import type { PaymentProvider } from '../service/provider/payment-provider.ts';
import { SandboxProvider } from '../service/provider/sandbox-provider.ts';
import { documents, gate, minutes, PaymentSystem, seconds } from './payment-system.ts';

let system: PaymentSystem;
beforeAll(async () => {
  system = await PaymentSystem.start();
});
afterAll(async () => {
  await system.stop();
});

/** So much of the order's money went back, and the ticket service was told. */
async function expectSentBack(orderId: string, amount: number): Promise<void> {
  expect(await system.ledger(orderId)).toMatchObject([{ refunded: amount }]);
  expect((await system.told(orderId)).slice(-2)).toMatchObject([
    { type: 'payment.refund-requested', payload: { amount: 4200 } },
    { type: 'payment.refunded', payload: { amount } },
  ]);
}

describe('an ADMIN who refunds a payment', () => {
  test('sends back what it cost and tells of it', async () => {
    const { id, orderId } = await system.paid();
    const reason = '  could not come ';
    expect(await system.ask('refundPayment', { id, reason }, system.admin)).toMatchObject({
      id,
      status: 'REFUNDED',
      refund: {
        amount: { amount: 4200, currency: 'EUR' },
        status: 'SUCCEEDED',
        reason: 'could not come',
        createdAt: system.now.toISOString(),
      },
    });
    expect(await system.ledger(orderId)).toMatchObject([{ charged: 4200, refunded: 4200 }]);
    const payload = { orderId, paymentId: id, amount: 4200 };
    expect((await system.told(orderId)).slice(-2)).toEqual([
      { type: 'payment.refund-requested', payload },
      { type: 'payment.refunded', payload },
    ]);
  });

  test('sends back less when the buyer sold some tickets on', async () => {
    const { id, orderId } = await system.paid();
    await system.order({ orderId, version: 2, status: 'PAID', refundable: 1200 });
    expect(await system.refund(id)).toMatchObject({
      status: 'REFUNDED',
      refund: { amount: { amount: 1200 } },
    });
    await expectSentBack(orderId, 1200);
  });

  test('and of all of whose tickets were sold on is told so', async () => {
    const { id, orderId } = await system.paid();
    await system.order({ orderId, version: 2, status: 'PAID', refundable: 0 });
    expect(await system.refusal('refundPayment', { id }, system.admin)).toMatchObject({ code: 'CONFLICT' });
    expect(await system.payment(id)).toMatchObject({ status: 'SUCCEEDED', refund: null });
  });

  test('twice is told so, and the money goes back once', async () => {
    const { id, orderId } = await system.paid();
    const ask = async () =>
      (
        await system.client.answer(
          'mutation($id: ID!) { refundPayment(id: $id, reason: "x") { id } }',
          { id },
          system.admin,
        )
      ).errors?.[0]?.extensions?.code ?? 'done';
    const outcomes = await Promise.all(Array.from({ length: 8 }, ask));
    expect(outcomes.toSorted()).toEqual([...Array(7).fill('CONFLICT'), 'done']);
    expect(await ask()).toBe('CONFLICT');
    expect(await system.ledger(orderId)).toMatchObject([{ refunded: 4200 }]);
    expect((await system.types(orderId)).slice(2)).toEqual(['payment.refund-requested', 'payment.refunded']);
  });

  test.each([
    ['pm_card_visa_chargeDeclined', /failed/],
    ['pm_card_threeDSecure2Required', /waits for its payer/],
    ['sandbox_unavailable', /not decided/],
  ])('by %s that did not succeed is refused: %s', async (method, message) => {
    const answer = await system.paid(method);
    const { id } = answer.payment ?? answer;
    expect(await system.refusal('refundPayment', { id }, system.admin)).toMatchObject({
      code: 'CONFLICT',
      message: expect.stringMatching(message),
    });
  });

  test.each(['', ' ', 'x'.repeat(501), 'a\u0000b'])('must say why: %j', async (reason) => {
    const { id } = await system.paid();
    const refusal = await system.refusal('refundPayment', { id, reason }, system.admin);
    expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', field: 'reason' });
  });

  test.each([newId(), 'nonsense'])('must name a payment: %s', async (id) => {
    expect(await system.refusal('refundPayment', { id }, system.admin)).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('is an ADMIN: not the payer', async () => {
    const { id } = await system.paid();
    expect(await system.refusal('refundPayment', { id })).toMatchObject({
      code: 'FORBIDDEN',
      coordinate: 'Mutation.refundPayment',
    });
  });
});

describe('a refund that the provider', () => {
  test('does not take at first is tried until it does', async () => {
    let refusals = 0;
    const failing = await system.replica({
      faults: {
        refund: async () => {
          refusals += 1;
          throw new Error('down');
        },
      },
    });
    const { id, orderId } = await system.paid();
    expect(await failing.refund(id)).toMatchObject({ status: 'SUCCEEDED', refund: { status: 'PENDING' } });
    expect(await system.refusal('refundPayment', { id }, system.admin)).toMatchObject({ code: 'CONFLICT' });
    failing.pass(6 * seconds);
    await failing.reconcile();
    await failing.reconcile();
    expect(refusals).toBe(2);
    expect(await system.payment(id)).toMatchObject({ refund: { status: 'PENDING' } });
    system.pass(minutes);
    await system.reconcile();
    expect(await system.payment(id)).toMatchObject({ status: 'REFUNDED', refund: { status: 'SUCCEEDED' } });
    expect(await system.ledger(orderId)).toMatchObject([{ refunded: 4200 }]);
    await failing.subgraph.stop();
  });

  test('took while we did not hear it goes back once', async () => {
    const deaf = await system.replica({
      faults: {
        refund: async ({ ref, amount, idempotencyKey }) => {
          await new SandboxProvider(system.database.db, () => system.now).refund({
            ref,
            amount,
            idempotencyKey,
          });
          throw new Error('timeout');
        },
      },
    });
    const { id, orderId } = await system.paid();
    await deaf.refund(id);
    system.pass(minutes);
    await system.reconcile();
    expect(await system.payment(id)).toMatchObject({ status: 'REFUNDED' });
    expect(await system.ledger(orderId)).toMatchObject([{ refunded: 4200 }]);
    await deaf.subgraph.stop();
  });

  test('refuses for good FAILED, and the payment stays', async () => {
    const { id, orderId } = await system.paid('pm_card_refundFail');
    expect(await system.refund(id)).toMatchObject({ status: 'SUCCEEDED', refund: { status: 'FAILED' } });
    expect((await system.told(orderId)).slice(2)).toEqual([
      { type: 'payment.refund-requested', payload: { orderId, paymentId: id, amount: 4200 } },
      { type: 'payment.refund-failed', payload: { orderId, paymentId: id } },
    ]);
    system.pass(minutes);
    await system.reconcile();
    expect(await system.payment(id)).toMatchObject({ refund: { status: 'FAILED' } });
  });

  test('will only send later counts as taken', async () => {
    const { id } = await system.paid('pm_card_pendingRefund');
    expect(await system.refund(id)).toMatchObject({ status: 'REFUNDED', refund: { status: 'SUCCEEDED' } });
  });
});

describe('a refund that FAILED', () => {
  type Refund = PaymentProvider['refund'];
  const sandbox = () => new SandboxProvider(system.database.db, () => system.now);
  const refuse: Refund = async () => ({ kind: 'refused', reason: 'refund_failed' });
  /** A service whose provider answers the first requests so, and keeps the keys of all. */
  const answering = async (...answers: Refund[]) => {
    const keys: string[] = [];
    const refund: Refund = async (request) => {
      const answer = answers[keys.length] ?? ((one) => sandbox().refund(one));
      keys.push(request.idempotencyKey);
      return await answer(request);
    };
    return { replica: await system.replica({ faults: { refund } }), keys };
  };
  const rows = async (paymentId: string) =>
    (
      await system.database.pool.query('select id, requests from payment.refund where payment_id = $1', [
        paymentId,
      ])
    ).rows;

  test('is asked for again by an ADMIN, under another key, as the same refund', async () => {
    const { replica, keys } = await answering(refuse, refuse);
    const { id, orderId } = await system.paid();
    expect(await replica.refund(id)).toMatchObject({ status: 'SUCCEEDED', refund: { status: 'FAILED' } });
    expect(await replica.refund(id)).toMatchObject({ status: 'SUCCEEDED', refund: { status: 'FAILED' } });
    const reason = 'once more';
    expect(await replica.ask('refundPayment', { id, reason }, system.admin)).toMatchObject({
      status: 'REFUNDED',
      refund: { status: 'SUCCEEDED', reason },
    });
    const [refund, ...more] = await rows(id);
    expect(more).toEqual([]);
    expect(keys).toEqual([refund.id, `${refund.id}-2`, `${refund.id}-3`]);
    expect(await system.ledger(orderId)).toMatchObject([{ refunded: 4200 }]);
    expect((await system.types(orderId)).slice(2)).toEqual([
      'payment.refund-requested',
      'payment.refund-failed',
      'payment.refund-requested',
      'payment.refund-failed',
      'payment.refund-requested',
      'payment.refunded',
    ]);
    expect(await system.refusal('refundPayment', { id }, system.admin)).toMatchObject({ code: 'CONFLICT' });
  });

  test('goes back less when tickets were sold on since', async () => {
    const { replica } = await answering(refuse);
    const { id, orderId } = await system.paid();
    await replica.refund(id);
    await system.order({ orderId, version: 2, status: 'PAID', refundable: 1200 });
    expect(await replica.refund(id)).toMatchObject({
      status: 'REFUNDED',
      refund: { amount: { amount: 1200 } },
    });
    await expectSentBack(orderId, 1200);
  });

  test('is asked for again once by many at once', async () => {
    const { replica } = await answering(refuse);
    const { id, orderId } = await system.paid();
    await replica.refund(id);
    const ask = async () => {
      const { errors } = await replica.client.answer(documents.refundPayment, { id }, system.admin);
      return errors?.[0]?.extensions?.code ?? 'done';
    };
    const outcomes = await Promise.all(Array.from({ length: 8 }, ask));
    expect(outcomes.toSorted()).toEqual([...Array(7).fill('CONFLICT'), 'done']);
    expect(await rows(id)).toMatchObject([{ requests: 2 }]);
    expect(await system.ledger(orderId)).toMatchObject([{ refunded: 4200 }]);
  });

  test('and is asked for again is not to be asked for a third time meanwhile, and is tried until it is taken', async () => {
    const down = async () => {
      throw new Error('down');
    };
    const { replica, keys } = await answering(refuse, down);
    const { id, orderId } = await system.paid();
    await replica.refund(id);
    expect(await replica.refund(id)).toMatchObject({ refund: { status: 'PENDING' } });
    expect(await replica.refusal('refundPayment', { id }, system.admin)).toMatchObject({ code: 'CONFLICT' });
    replica.pass(6 * seconds);
    await replica.reconcile();
    expect(await replica.payment(id)).toMatchObject({ status: 'REFUNDED' });
    expect(keys[2]).toBe(keys[1]);
    expect((await system.types(orderId)).slice(-2)).toEqual(['payment.refund-requested', 'payment.refunded']);
  });

  test('is shown to ADMINs in their list, and what came of it when it was asked for again', async () => {
    const { replica } = await answering(refuse);
    const { id, orderId } = await system.paid();
    const listed = async () => {
      const { edges } = await system.ask('payments', { filter: { orderId } }, system.admin);
      return edges.map(({ node }: { node: object }) => node);
    };
    await replica.refund(id);
    expect(await listed()).toEqual([{ id, status: 'SUCCEEDED', refund: { status: 'FAILED' } }]);
    await replica.refund(id);
    expect(await listed()).toEqual([{ id, status: 'REFUNDED', refund: { status: 'SUCCEEDED' } }]);
  });

  test('is asked for again by the ticket service, which says once more that it is due', async () => {
    const { replica } = await answering(refuse);
    const { id, orderId } = await system.paid();
    const due = { orderId, paymentId: id, amount: 4200, cause: 'EVENT_CANCELED' } as const;
    await system.tell('order.refund-due', due);
    await replica.reconcile();
    expect(await system.payment(id)).toMatchObject({ refund: { status: 'FAILED' } });
    await system.reconcile();
    expect(await system.payment(id)).toMatchObject({ refund: { status: 'FAILED' } });
    await system.tell('order.refund-due', due);
    await system.reconcile();
    expect(await system.payment(id)).toMatchObject({ status: 'REFUNDED', refund: { status: 'SUCCEEDED' } });
    expect(await rows(id)).toMatchObject([{ requests: 2 }]);
    expect((await system.types(orderId)).slice(2)).toEqual(['payment.refund-failed', 'payment.refunded']);
  });

  test('of a payment that came late is asked for again by an ADMIN like any other', async () => {
    const { replica } = await answering(refuse);
    const { id, orderId } = await system.paid();
    await system.tell('order.refund-due', { orderId, paymentId: id, amount: 4200, cause: 'LATE_PAYMENT' });
    await replica.reconcile();
    expect(await system.payment(id)).toMatchObject({ refund: { status: 'FAILED' } });
    expect(await replica.refund(id)).toMatchObject({ status: 'REFUNDED' });
    expect(await system.ledger(orderId)).toMatchObject([{ refunded: 4200 }]);
  });

  test('is not failed once more by a late answer to the request before', async () => {
    const [reached, answered] = [gate(), gate()];
    const { replica: slow } = await answering(async () => {
      reached.open();
      await answered.opened;
      return { kind: 'refused', reason: 'refund_failed' };
    });
    const { replica } = await answering(refuse, async () => {
      throw new Error('down');
    });
    const { id, orderId } = await system.paid();
    await system.tell('order.refund-due', { orderId, paymentId: id, amount: 4200, cause: 'EVENT_CANCELED' });
    const late = slow.reconcile();
    await reached.opened;
    replica.pass(minutes);
    await replica.reconcile();
    expect(await replica.refund(id)).toMatchObject({ refund: { status: 'PENDING' } });
    answered.open();
    await late;
    expect(await system.payment(id)).toMatchObject({ refund: { status: 'PENDING' } });
    system.now = replica.now;
    system.pass(minutes);
    await system.reconcile();
    expect(await system.payment(id)).toMatchObject({ status: 'REFUNDED' });
    expect((await system.types(orderId)).slice(2)).toEqual([
      'payment.refund-failed',
      'payment.refund-requested',
      'payment.refunded',
    ]);
  });
});

describe('what the ticket service says is due', () => {
  test('goes back by itself: a payment that came late', async () => {
    const { id, orderId } = await system.paid();
    const due = { orderId, paymentId: id, amount: 4200, cause: 'LATE_PAYMENT' } as const;
    await system.tell('order.refund-due', due);
    expect(await system.payment(id)).toMatchObject({ status: 'SUCCEEDED', refund: { status: 'PENDING' } });
    await system.tell('order.refund-due', due);
    await system.reconcile();
    expect(await system.payment(id)).toMatchObject({
      status: 'REFUNDED',
      refund: { status: 'SUCCEEDED', reason: 'The payment came when the order was over.' },
    });
    await system.tell('order.refund-due', due);
    await system.reconcile();
    expect(await system.ledger(orderId)).toMatchObject([{ refunded: 4200 }]);
    expect((await system.types(orderId)).slice(2)).toEqual(['payment.refunded']);
  });

  test('goes back of the payment that it names, in part as well', async () => {
    const { orderId } = await system.order();
    await system.pay(orderId, 'pm_card_visa_chargeDeclined');
    const { id } = await system.pay(orderId);
    await system.tell('order.refund-due', { orderId, paymentId: id, amount: 1000, cause: 'EVENT_CANCELED' });
    await system.reconcile();
    expect(await system.payment(id)).toMatchObject({
      status: 'REFUNDED',
      refund: { amount: { amount: 1000 } },
    });
    expect((await system.told(orderId)).at(-1)).toMatchObject({ payload: { paymentId: id, amount: 1000 } });
  });

  test('is never more than was paid', async () => {
    const { id, orderId } = await system.paid();
    await system.tell('order.refund-due', { orderId, paymentId: id, amount: 4201, cause: 'EVENT_CANCELED' });
    await system.reconcile();
    expect(await system.payment(id)).toMatchObject({
      status: 'REFUNDED',
      refund: { amount: { amount: 4200 } },
    });
  });

  test('of an order that nobody paid is nothing', async () => {
    const { orderId, payment } = await system.paid('pm_card_visa_chargeDeclined');
    const due = { orderId, paymentId: payment.id, amount: 4200, cause: 'EVENT_CANCELED' } as const;
    await system.tell('order.refund-due', due);
    await system.tell('order.refund-due', { ...due, paymentId: newId() });
    expect(await system.payment(payment.id)).toMatchObject({ status: 'FAILED', refund: null });
  });

  test('goes back once by several replicas', async () => {
    const { id, orderId } = await system.paid();
    await system.tell('order.refund-due', { orderId, paymentId: id, amount: 4200, cause: 'EVENT_CANCELED' });
    const replicas = [await system.replica(), await system.replica()];
    await Promise.all([system, ...replicas].map(async (replica) => await replica.reconcile()));
    expect((await system.types(orderId)).slice(2)).toEqual(['payment.refunded']);
    for (const replica of replicas) await replica.subgraph.stop();
  });
});
