import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@tixgo/platform/ids.ts';
import { createLog } from '@tixgo/platform/logging.ts';
import { userViewer } from '@tixgo/platform/testing/ask.ts';
import { minutes, PaymentSystem } from './payment-system.ts';

let system: PaymentSystem;
const lines: string[] = [];
beforeAll(async () => {
  const destination = new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(String(chunk));
      done();
    },
  });
  system = await PaymentSystem.start({ log: createLog('trace', destination) });
});
afterAll(async () => {
  await system.stop();
});

describe('paying an order', () => {
  test('charges what it costs and tells of the beginning and of the money', async () => {
    const { orderId } = await system.order();
    const payment = await system.pay(orderId);
    expect(payment).toMatchObject({
      __typename: 'Payment',
      status: 'SUCCEEDED',
      amount: { amount: 4200, currency: 'EUR' },
      provider: 'sandbox',
      order: { id: orderId },
      failureReason: null,
      refund: null,
      createdAt: system.now.toISOString(),
    });
    expect(await system.ledger(orderId)).toEqual([{ state: 'CHARGED', charged: 4200, refunded: 0 }]);
    expect(await system.told(orderId)).toEqual([
      { type: 'payment.started', payload: { orderId, paymentId: payment.id, at: system.now.toISOString() } },
      { type: 'payment.succeeded', payload: { orderId, paymentId: payment.id, amount: 4200 } },
    ]);
  });

  test.each([
    ['pm_card_visa_chargeDeclined', 'generic_decline'],
    ['pm_card_visa_chargeDeclinedInsufficientFunds', 'insufficient_funds'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card'],
    ['pm_card_chargeDeclinedIncorrectCvc', 'incorrect_cvc'],
    ['pm_card_chargeDeclinedProcessingError', 'processing_error'],
  ])('with %s is declined: %s', async (method, reason) => {
    const { orderId } = await system.order();
    const declined = await system.pay(orderId, method);
    expect(declined).toMatchObject({
      __typename: 'PaymentDeclined',
      reason,
      payment: { status: 'FAILED', failureReason: reason },
    });
    expect(await system.ledger(orderId)).toEqual([{ state: 'DECLINED', charged: 0, refunded: 0 }]);
    expect(await system.types(orderId)).toEqual(['payment.started', 'payment.failed']);
  });

  test.each([
    ['pm_card_visa_chargeDeclinedLostCard', 'lost_card'],
    ['pm_card_visa_chargeDeclinedStolenCard', 'stolen_card'],
  ])('with %s tells a payer of a generic decline, and an ADMIN the truth: %s', async (method, reason) => {
    const generic = 'generic_decline';
    const declined = await system.paid(method);
    const { message } = await system.paid('pm_card_visa_chargeDeclined');
    expect(declined).toMatchObject({ reason: generic, message, payment: { failureReason: generic } });
    const { id } = declined.payment;
    expect(await system.payment(id, system.buyer)).toMatchObject({ failureReason: generic });
    expect(await system.payment(id)).toMatchObject({ failureReason: reason });
  });

  test('after a decline goes on with another card', async () => {
    const { orderId } = await system.order();
    await system.pay(orderId, 'pm_card_visa_chargeDeclined');
    expect(await system.pay(orderId, 'pm_card_mastercard')).toMatchObject({ status: 'SUCCEEDED' });
    expect(await system.types(orderId)).toEqual([
      'payment.started',
      'payment.failed',
      'payment.started',
      'payment.succeeded',
    ]);
  });

  test('that is not one’s own, or that does not exist, is NOT_FOUND', async () => {
    const { orderId } = await system.order({ buyerId: newId() });
    const input = { orderId, paymentMethod: 'pm_card_visa', idempotencyKey: newId() };
    expect(await system.refusal('payOrder', { input })).toMatchObject({
      code: 'NOT_FOUND',
      message: 'No such order.',
    });
    expect(await system.refusal('payOrder', { input }, system.admin)).toMatchObject({ code: 'NOT_FOUND' });
    for (const unknown of [newId(), 'order', '\u0000']) {
      const nothing = { input: { ...input, orderId: unknown } };
      expect(await system.refusal('payOrder', nothing)).toMatchObject({ code: 'NOT_FOUND' });
    }
    expect(await system.types(orderId)).toEqual([]);
  });

  test.each([
    ['PAID', 'PAID', { status: 'PAID' }],
    ['EXPIRED', 'EXPIRED', { status: 'EXPIRED' }],
    ['CANCELED', 'CANCELED', { status: 'CANCELED' }],
    ['REFUNDED', 'REFUNDED', { status: 'REFUNDED' }],
    ['free', 'PAID', { total: { amount: 0, currency: 'EUR' } }],
  ] as const)('that is %s is not possible: %s', async (_what, orderStatus, change) => {
    const { orderId } = await system.order(change);
    expect(await system.pay(orderId)).toEqual({
      __typename: 'OrderNotPayable',
      orderStatus,
      message: expect.any(String),
    });
    expect(await system.types(orderId)).toEqual([]);
  });

  test('ends with its time, to the millisecond, also when nobody has told of it', async () => {
    const end = (milliseconds: number) => ({
      expiresAt: new Date(system.now.getTime() + milliseconds).toISOString(),
    });
    expect(await system.paid('pm_card_visa', end(0))).toMatchObject({ orderStatus: 'EXPIRED' });
    expect(await system.paid('pm_card_visa', end(1))).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('that is paid says so to another payment, before its owner has told of it too', async () => {
    const { orderId } = await system.paid();
    expect(await system.pay(orderId)).toMatchObject({ orderStatus: 'PAID', message: 'This order is paid.' });
    await system.order({ orderId, status: 'PAID', version: 2 });
    expect(await system.pay(orderId)).toMatchObject({ orderStatus: 'PAID' });
  });

  test('goes by the newest that was told of it, in whatever order it came', async () => {
    const { orderId } = await system.order({ version: 3, status: 'CANCELED' });
    await system.order({ orderId, version: 2 });
    expect(await system.pay(orderId)).toMatchObject({ orderStatus: 'CANCELED' });
    await system.order({ orderId, version: 4 });
    expect(await system.pay(orderId)).toMatchObject({ status: 'SUCCEEDED' });
  });
});

describe('of an order that no fact has told of', () => {
  const entity = (buyerId: string) => ({
    status: 'PENDING',
    expiresAt: new Date(system.now.getTime() + minutes).toISOString(),
    total: { amount: 700, currency: 'JPY' },
    buyer: { id: buyerId },
    event: { id: 'evt1' },
  });

  test('its owner is asked once', async () => {
    const orderId = newId();
    system.owner.orders.set(orderId, entity(system.buyer.id));
    const before = system.owner.asked;
    await system.pay(orderId, 'pm_card_visa_chargeDeclined');
    expect(await system.pay(orderId)).toMatchObject({ amount: { amount: 700, currency: 'JPY' } });
    expect(system.owner.asked).toBe(before + 1);
  });

  test('the first fact replaces what its owner said', async () => {
    const orderId = newId();
    system.owner.orders.set(orderId, entity(system.buyer.id));
    await system.pay(orderId, 'pm_card_visa_chargeDeclined');
    await system.order({ orderId, version: 1, status: 'EXPIRED' });
    expect(await system.pay(orderId)).toMatchObject({ orderStatus: 'EXPIRED' });
  });

  test('another’s stays hidden', async () => {
    const orderId = newId();
    system.owner.orders.set(orderId, entity(newId()));
    const input = { orderId, paymentMethod: 'pm_card_visa', idempotencyKey: newId() };
    expect(await system.refusal('payOrder', { input })).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('nothing is said while its owner does not answer, and known orders are paid', async () => {
    system.owner.down = true;
    const input = { orderId: newId(), paymentMethod: 'pm_card_visa', idempotencyKey: newId() };
    expect(await system.refusal('payOrder', { input })).toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' });
    expect(await system.paid()).toMatchObject({ status: 'SUCCEEDED' });
    system.owner.down = false;
  });
});

describe('what a payer gives', () => {
  test.each([
    '4242424242424242',
    '4242 4242 4242 4242',
    '4242-4242-4242-4242',
    ' 3782 822463 10005 ',
    '4242–4242–4242–4242',
    'pm_4242424242424242',
    'pm_4242_4242_4242_4242',
    '４２４２４２４２４２４２４２４２',
    '6304 0000 0000',
  ])('as a card number is refused and goes nowhere: %s', async (number) => {
    const { orderId } = await system.order();
    const input = { orderId, paymentMethod: number, idempotencyKey: newId() };
    const refusal = await system.refusal('payOrder', { input });
    expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', field: 'paymentMethod' });
    expect(refusal.message).toMatch(/never a card number/);
    expect(refusal.message).not.toContain(number.trim());
    const { rows } = await system.database.pool.query(
      'select 1 from payment.payment where order_id = $1 union all select 1 from payment.idempotency_key where key = $2',
      [orderId, input.idempotencyKey],
    );
    expect(rows).toEqual([]);
    expect(lines.join('')).not.toContain(number.trim());
  });

  test.each(['pm_card_nobody', 'sandbox_slow_', 'toString', '', 'pm card visa', 'x'.repeat(129)])(
    'as a payment method that nobody knows is refused: %j',
    async (paymentMethod) => {
      const { orderId } = await system.order();
      const input = { orderId, paymentMethod, idempotencyKey: newId() };
      expect(await system.refusal('payOrder', { input })).toMatchObject({
        code: 'BAD_USER_INPUT',
        field: 'paymentMethod',
      });
    },
  );

  test('as an unknown payment method is refused with those that there are, which serve', async () => {
    const { orderId } = await system.order();
    const input = { orderId, paymentMethod: 'pm_card_nobody', idempotencyKey: newId() };
    const { message } = await system.refusal('payOrder', { input });
    expect(message).toMatch(
      /^paymentMethod is not a payment method that sandbox knows: pm_card_visa is charged, .* docs\/sandbox\.md/,
    );
  });

  test.each([{}, { paymentMethod: null }])(
    'without a payment method pays by the sandbox’s own: %j',
    async (method) => {
      const { orderId } = await system.order();
      const key = newId();
      const input = { orderId, idempotencyKey: key, ...method };
      const paid = await system.ask('payOrder', { input });
      expect(paid).toMatchObject({ status: 'SUCCEEDED' });
      expect(await system.pay(orderId, 'pm_card_visa', { key })).toEqual(paid);
    },
  );

  test.each(['', ' ', 'x'.repeat(129), 'a\u0000b'])('as key is refused: %j', async (idempotencyKey) => {
    const { orderId } = await system.order();
    const input = { orderId, paymentMethod: 'pm_card_visa', idempotencyKey };
    expect(await system.refusal('payOrder', { input })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'idempotencyKey',
    });
  });

  test.each([
    '4242424242424242',
    '4242 4242 4242 4242',
    '3782-822463-10005',
    '4242_4242.4242–4242',
    '４２４２４２４２４２４２４２４２',
    '4242/4242/4242/4242',
    '4242\u200B4242\u200B4242\u200B4242',
    'order-4242424242424242',
    '630400000000',
    '6304000000000000000',
  ])('as a key that holds a card number is refused and goes nowhere: %s', async (idempotencyKey) => {
    const { orderId } = await system.order();
    const input = { orderId, paymentMethod: 'pm_card_visa', idempotencyKey };
    const refusal = await system.refusal('payOrder', { input });
    expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', field: 'idempotencyKey' });
    expect(refusal.message).not.toContain(idempotencyKey);
    const { rows } = await system.database.pool.query(
      'select 1 from payment.payment where order_id = $1 union all select 1 from payment.idempotency_key where key = $2',
      [orderId, idempotencyKey],
    );
    expect(rows).toEqual([]);
    expect(lines.join('')).not.toContain(idempotencyKey);
  });

  test.each([
    ['a UUID of digits', '42424242-4242-4242-4242-424242424242'],
    ['digits without the check digit of a card', '4242424242424241'],
    ['too few digits', '42424242420'],
    ['too many digits', '63040000000000000000'],
  ])('as a key is taken: %s', async (_what, key) => {
    const { orderId } = await system.order();
    expect(await system.pay(orderId, 'pm_card_visa', { key })).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('is not asked of strangers', async () => {
    const input = { orderId: newId(), paymentMethod: 'pm_card_visa', idempotencyKey: newId() };
    const stranger = { kind: 'anonymous' } as const;
    expect(await system.refusal('payOrder', { input }, stranger)).toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});

test('two people’s equal keys do not meet', async () => {
  const other = userViewer('USER', 'otto');
  const [mine, theirs] = [await system.order(), await system.order({ buyerId: other.id })];
  const key = newId();
  expect(await system.pay(mine.orderId, 'pm_card_visa', { key })).toMatchObject({ status: 'SUCCEEDED' });
  expect(await system.pay(theirs.orderId, 'pm_card_visa', { key, viewer: other })).toMatchObject({
    status: 'SUCCEEDED',
    order: { id: theirs.orderId },
  });
});
