import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '@tixgo/platform/ids.ts';
import type { PaymentProvider } from '../service/provider/payment-provider.ts';
import { SandboxProvider } from '../service/provider/sandbox-provider.ts';
import { documents, gate, minutes, never, PaymentSystem, seconds } from './payment-system.ts';

let system: PaymentSystem;
beforeEach(async () => {
  system = await PaymentSystem.start();
});
afterEach(async () => {
  await system.stop();
});

const sandbox = () => new SandboxProvider(system.database.db, () => system.now);

const hang = async (reached: () => void) => {
  reached();
  return await never();
};

/** A process that is killed at this point, and what it leaves: a payment of a new order. */
const killedIn = async (faults: (reached: () => void) => Partial<PaymentProvider>) => {
  const reached = gate();
  const killed = await system.replica({ faults: faults(reached.open) });
  const { orderId } = await killed.order({ buyerId: killed.buyer.id });
  const input = { orderId, paymentMethod: 'pm_card_visa', idempotencyKey: newId() };
  void killed.client.answer(documents.payOrder, { input }, killed.buyer);
  await reached.opened;
  const { rows } = await system.database.pool.query('select id from payment.payment where order_id = $1', [
    orderId,
  ]);
  return { orderId, id: rows[0].id, killed };
};

const points: [string, string, (reached: () => void) => Partial<PaymentProvider>, object][] = [
  ['before it opened the intent', 'FAILED', (reached) => ({ open: () => hang(reached) }), {}],
  [
    'after it opened the intent',
    'FAILED',
    (reached) => ({ confirm: () => hang(reached) }),
    { state: 'CANCELED', charged: 0 },
  ],
  [
    'after it charged',
    'SUCCEEDED',
    (reached) => ({
      confirm: async (ref, method) => {
        await sandbox().confirm(ref, method);
        return await hang(reached);
      },
    }),
    { state: 'CHARGED', charged: 4200 },
  ],
  [
    'after the card was declined',
    'FAILED',
    (reached) => ({
      confirm: async (ref) => {
        await sandbox().confirm(ref, 'pm_card_visa_chargeDeclined');
        return await hang(reached);
      },
    }),
    { state: 'DECLINED', charged: 0 },
  ],
];

describe('a process that was killed', () => {
  test.each(points)(
    '%s leaves a payment that another one settles: %s',
    async (_when, status, faults, intent) => {
      const { orderId, id } = await killedIn(faults);
      await system.reconcile();
      expect(await system.payment(id)).toMatchObject({ status: 'PROCESSING' });
      system.pass(6 * seconds);
      await system.reconcile();
      await system.reconcile();
      expect(await system.payment(id)).toMatchObject({ status });
      expect(await system.types(orderId)).toEqual([
        'payment.started',
        status === 'FAILED' ? 'payment.failed' : 'payment.succeeded',
      ]);
      expect(await system.ledger(orderId)).toMatchObject(Object.keys(intent).length > 0 ? [intent] : []);
    },
  );

  test('is settled once by several replicas', async () => {
    const { orderId } = await killedIn((reached) => ({ confirm: () => hang(reached) }));
    system.pass(6 * seconds);
    const replicas = [await system.replica(), await system.replica()];
    await Promise.all([system, ...replicas].map(async (replica) => await replica.reconcile()));
    expect(await system.types(orderId)).toEqual(['payment.started', 'payment.failed']);
    for (const replica of replicas) await replica.subgraph.stop();
  });

  test('after a payment was given up does not charge it late', async () => {
    const open = gate();
    const reached = gate();
    const slow = await system.replica({
      faults: {
        open: async (request) => {
          reached.open();
          await open.opened;
          return await sandbox().open(request);
        },
      },
    });
    const { orderId } = await slow.order();
    const answer = slow.pay(orderId);
    await reached.opened;
    system.pass(6 * seconds);
    await system.reconcile();
    open.open();
    expect(await answer).toMatchObject({ __typename: 'PaymentDeclined', reason: 'abandoned' });
    await slow.subgraph.stop();
    const { rows } = await system.database.pool.query('select state, charged from payment.sandbox_intent');
    expect(rows).toEqual([{ state: 'CANCELED', charged: 0 }]);
    expect(await system.types(orderId)).toEqual(['payment.started', 'payment.failed']);
  });
});

describe('a provider that stops to answer', () => {
  test('after it charged is asked later: the payment SUCCEEDED', async () => {
    const payment = await system.paid('sandbox_timeout_after_charge');
    expect(payment).toMatchObject({ __typename: 'Payment', status: 'PROCESSING' });
    await system.reconcile();
    expect(await system.payment(payment.id)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await system.types(payment.orderId)).toEqual(['payment.started', 'payment.succeeded']);
  });

  test('before it charged leaves nothing charged: the payment FAILED, and another may follow', async () => {
    const payment = await system.paid('sandbox_unavailable');
    expect(payment).toMatchObject({ __typename: 'Payment', status: 'PROCESSING' });
    await system.reconcile();
    expect(await system.payment(payment.id)).toMatchObject({ status: 'FAILED', failureReason: 'abandoned' });
    expect(await system.pay(payment.orderId)).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('is asked again and again, at growing intervals, while the others go on', async () => {
    let asked = 0;
    const deaf = await system.replica({
      faults: {
        find: async (ref) => {
          asked += 1;
          if (asked <= 3) throw new Error('timeout');
          return await sandbox().find(ref);
        },
      },
    });
    const payment = await deaf.paid('sandbox_timeout_after_charge');
    const askedAfter = async (milliseconds: number) => {
      deaf.pass(milliseconds);
      await deaf.reconcile();
      return asked;
    };
    expect(await askedAfter(0)).toBe(1);
    expect(await askedAfter(999)).toBe(1);
    expect(await askedAfter(1)).toBe(2);
    expect(await askedAfter(1_999)).toBe(2);
    expect(await askedAfter(1)).toBe(3);
    expect(await deaf.payment(payment.id)).toMatchObject({ status: 'PROCESSING' });
    expect(await askedAfter(minutes)).toBe(4);
    expect(await deaf.payment(payment.id)).toMatchObject({ status: 'SUCCEEDED' });
    await deaf.subgraph.stop();
  });
});

test('a running service does all this by itself, and its facts go out', async () => {
  const told = gate();
  system.bus.subscribe({
    name: 'ticket',
    types: ['payment.succeeded'],
    handle: async () => told.open(),
  });
  system.subgraph.start();
  const payment = await system.paid('sandbox_timeout_after_charge');
  await told.opened;
  expect(await system.payment(payment.id)).toMatchObject({ status: 'SUCCEEDED' });
});
