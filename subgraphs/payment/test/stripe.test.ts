import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHttpService, type HttpService } from '@tixgo/platform/http/http-service.ts';
import { newId } from '@tixgo/platform/ids.ts';
import { createLog } from '@tixgo/platform/logging.ts';
import Stripe from 'stripe';
import { registerPaymentWebhook } from '../http.ts';
import { minutes, PaymentSystem, seconds } from './payment-system.ts';
import { StripeServer } from './stripe-server.ts';

const webhookSecret = 'whsec_test';
const stripe = new StripeServer();
const lines: string[] = [];
let system: PaymentSystem;
let anotherProcess: () => Promise<PaymentSystem>;
let http: HttpService;
beforeAll(async () => {
  const settings = {
    kind: 'stripe',
    secretKey: 'sk_test_key',
    webhookSecret,
    apiBase: await stripe.listen(),
  } as const;
  const destination = new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(String(chunk));
      done();
    },
  });
  const log = createLog('trace', destination);
  system = await PaymentSystem.start({ settings, log });
  anotherProcess = async () => await system.replica({ settings, log });
  http = createHttpService({ name: 'payment-service', log, isReady: async () => true });
  await registerPaymentWebhook(http.app, { receive: system.subgraph.services.receiveWebhook });
});
afterAll(async () => {
  await http.close();
  await system.stop();
  await stripe.close();
});

const requestsTo = (path: string) => stripe.requests.filter((request) => request.path === path);

describe('paying by Stripe', () => {
  test('opens an intent, confirms it and says who asks, each request under a key', async () => {
    const { id, orderId, ...payment } = await system.paid('pm_ok');
    expect(payment).toMatchObject({ status: 'SUCCEEDED', provider: 'stripe' });
    const intent = stripe.intentOf(orderId);
    expect(intent).toMatchObject({
      amount: 4200,
      currency: 'eur',
      metadata: { orderId, paymentId: id },
      status: 'succeeded',
    });
    const [opening] = requestsTo('/v1/payment_intents').slice(-1);
    expect(opening).toMatchObject({ key: `open-${id}`, authorization: 'Bearer sk_test_key' });
    expect(opening?.form.get('automatic_payment_methods[enabled]')).toBe('true');
    expect(opening?.form.get('automatic_payment_methods[allow_redirects]')).toBe('never');
    const [confirmation] = requestsTo(`/v1/payment_intents/${intent?.id}/confirm`);
    expect(confirmation?.key).toBe(`confirm-${id}`);
    expect(confirmation?.form.get('payment_method')).toBe('pm_ok');
  });

  test('takes a payment method that is named, and no other', async () => {
    const { orderId } = await system.order();
    const asked = stripe.requests.length;
    const input = { orderId, idempotencyKey: newId() };
    expect(await system.refusal('payOrder', { input })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'paymentMethod',
      message: expect.stringMatching(/^paymentMethod is required by stripe: ids begin with pm_/),
    });
    expect(stripe.requests).toHaveLength(asked);
  });

  test('in a currency that Stripe counts in another way charges the same', async () => {
    const { orderId } = await system.paid('pm_ok', { total: { amount: 5000, currency: 'ISK' } });
    expect(stripe.intentOf(orderId)).toMatchObject({ amount: 500_000, currency: 'isk' });
    const ariary = await system.paid('pm_ok', { total: { amount: 500_000, currency: 'MGA' } });
    expect(stripe.intentOf(ariary.orderId)).toMatchObject({ amount: 5000, currency: 'mga' });
    const dinars = await system.paid('pm_ok', { total: { amount: 5120, currency: 'KWD' } });
    expect(stripe.intentOf(dinars.orderId)).toMatchObject({ amount: 5120, currency: 'kwd' });
    const yen = await system.paid('pm_ok', { total: { amount: 5000, currency: 'JPY' } });
    expect(stripe.intentOf(yen.orderId)).toMatchObject({ amount: 5000 });
  });

  test.each([
    ['pm_declined_insufficient_funds', 'insufficient_funds'],
    ['pm_expired', 'expired_card'],
    ['pm_nobody', 'invalid_payment_method'],
  ])('with %s is declined: %s', async (method, reason) => {
    expect(await system.paid(method)).toMatchObject({
      __typename: 'PaymentDeclined',
      reason,
      payment: { status: 'FAILED', failureReason: reason },
    });
  });

  test.each(['fraudulent', 'lost_card', 'merchant_blacklist', 'pickup_card', 'stolen_card'])(
    'declined as %s is a generic decline to the payer, and not to an ADMIN',
    async (code) => {
      const declined = await system.paid(`pm_declined_${code}`);
      expect(declined).toMatchObject({
        reason: 'generic_decline',
        message: (await system.paid('pm_declined_generic_decline')).message,
        payment: { failureReason: 'generic_decline' },
      });
      expect(await system.payment(declined.payment.id)).toMatchObject({ failureReason: code });
    },
  );

  test('with a method as Stripe names them', async () => {
    expect(await system.paid('pm_1Q0PsIJvEtkwdCNYMSaVuRz6')).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('takes no sandbox method', async () => {
    const { orderId } = await system.order();
    const input = { orderId, paymentMethod: 'sandbox_slow_1', idempotencyKey: newId() };
    expect(await system.refusal('payOrder', { input })).toMatchObject({ field: 'paymentMethod' });
  });

  test('while Stripe fails twice is tried again under the same key', async () => {
    stripe.failures = 2;
    const { orderId } = await system.order();
    const before = stripe.requests.length;
    const other = await anotherProcess();
    const payment = await other.pay(orderId, 'pm_ok', { viewer: system.buyer });
    await other.subgraph.stop();
    expect(await system.payment(payment.id)).toMatchObject({ status: 'SUCCEEDED' });
    const keys = stripe.requests.slice(before).map(({ key }) => key);
    expect(keys).toEqual([...Array(3).fill(`open-${payment.id}`), `confirm-${payment.id}`]);
  });

  test('when Stripe’s answer stays out is found out later', async () => {
    stripe.dropNextAnswer = true;
    const payment = await system.paid('pm_ok');
    expect(payment).toMatchObject({ status: 'PROCESSING' });
    system.pass(6 * seconds);
    await system.reconcile();
    expect(await system.payment(payment.id)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await system.types(payment.orderId)).toEqual(['payment.started', 'payment.succeeded']);
  });

  test('that Stripe has not decided is asked again until it has', async () => {
    const { id, orderId } = await system.paid('pm_slow');
    system.pass(6 * seconds);
    await system.reconcile();
    expect(await system.payment(id)).toMatchObject({ status: 'PROCESSING' });
    Object.assign(stripe.intentOf(orderId) ?? {}, { status: 'succeeded' });
    system.pass(minutes);
    await system.reconcile();
    expect(await system.payment(id)).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('logs nothing that Stripe answered', () => {
    expect(lines.join('')).not.toMatch(/_secret_|sk_test_key|last_payment_error/);
  });
});

describe('a refund by Stripe', () => {
  test('is one refund under its own key', async () => {
    const { id, orderId } = await system.paid('pm_ok');
    expect(await system.refund(id)).toMatchObject({ status: 'REFUNDED' });
    const intent = stripe.intentOf(orderId);
    expect(stripe.refunds.filter((refund) => refund.payment_intent === intent?.id)).toMatchObject([
      { amount: 4200 },
    ]);
    const { rows } = await system.database.pool.query('select id from payment.refund where payment_id = $1', [
      id,
    ]);
    expect(stripe.requests.at(-1)).toMatchObject({ path: '/v1/refunds', key: rows[0].id });
  });

  test('that Stripe made already, before it forgot the key, is not made again', async () => {
    const { id, orderId } = await system.paid('pm_ok');
    await system.tell('order.refund-due', { orderId, paymentId: id, amount: 1000, cause: 'EVENT_CANCELED' });
    const { rows } = await system.database.pool.query('select id from payment.refund where payment_id = $1', [
      id,
    ]);
    const payment_intent = stripe.intentOf(orderId)?.id ?? '';
    const metadata = { refundId: rows[0].id };
    stripe.refunds.push({ id: 're_old', payment_intent, amount: 1000, metadata, status: 'succeeded' });
    await system.reconcile();
    expect(await system.payment(id)).toMatchObject({ status: 'REFUNDED' });
    expect(stripe.refunds.filter((refund) => refund.payment_intent === payment_intent)).toHaveLength(1);
  });

  test('that Stripe refuses FAILED; one that it cannot answer is tried again', async () => {
    const refused = await system.paid('pm_ok');
    Object.assign(stripe.intentOf(refused.orderId) ?? {}, { amount: 1 });
    expect(await system.refund(refused.id)).toMatchObject({ refund: { status: 'FAILED' } });
    const down = await system.paid('pm_ok');
    stripe.failures = 3;
    const other = await anotherProcess();
    expect(await other.refund(down.id)).toMatchObject({ refund: { status: 'PENDING' } });
    await other.subgraph.stop();
    stripe.failures = 0;
    system.pass(minutes);
    await system.reconcile();
    expect(await system.payment(down.id)).toMatchObject({ status: 'REFUNDED' });
  });
});

describe('a refund that Stripe could not bring to the payer', () => {
  const failed = async () => {
    const payment = await system.paid('pm_ok');
    stripe.refundStatus = 'failed';
    expect(await system.refund(payment.id)).toMatchObject({ refund: { status: 'FAILED' } });
    stripe.refundStatus = 'succeeded';
    const ref = stripe.intentOf(payment.orderId)?.id;
    const refunds = () => stripe.refunds.filter((refund) => refund.payment_intent === ref);
    return { id: String(payment.id), refunds };
  };
  const keys = () => requestsTo('/v1/refunds').flatMap(({ method, key }) => (method === 'POST' ? [key] : []));

  test('is made once more under a key of its own when it is asked for again', async () => {
    const { id, refunds } = await failed();
    expect(await system.refund(id)).toMatchObject({ status: 'REFUNDED', refund: { status: 'SUCCEEDED' } });
    expect(refunds().map(({ status }) => status)).toEqual(['failed', 'succeeded']);
    const [first, second] = keys().slice(-2);
    expect(second).not.toBe(first);
    expect(refunds().map(({ metadata }) => metadata.idempotencyKey)).toEqual([first, second]);
  });

  test('FAILED once more is made a third time', async () => {
    const { id, refunds } = await failed();
    stripe.refundStatus = 'failed';
    expect(await system.refund(id)).toMatchObject({ refund: { status: 'FAILED' } });
    stripe.refundStatus = 'succeeded';
    expect(await system.refund(id)).toMatchObject({ status: 'REFUNDED' });
    expect(refunds().map(({ status }) => status)).toEqual(['failed', 'failed', 'succeeded']);
    expect(new Set(keys().slice(-3)).size).toBe(3);
  });

  test('and that stands after all is not made once more', async () => {
    const { id, refunds } = await failed();
    for (const refund of refunds()) refund.status = 'succeeded';
    expect(await system.refund(id)).toMatchObject({ status: 'REFUNDED' });
    expect(refunds()).toHaveLength(1);
  });

  test('when Stripe forgot the key of the second request is not made a third time', async () => {
    const { id, refunds } = await failed();
    stripe.failures = 3;
    const other = await anotherProcess();
    expect(await other.refund(id)).toMatchObject({ refund: { status: 'PENDING' } });
    await other.subgraph.stop();
    stripe.failures = 0;
    for (const first of refunds()) {
      const metadata = { ...first.metadata, idempotencyKey: `${first.metadata.refundId}-2` };
      stripe.refunds.push({ ...first, metadata, failure_reason: 'lost_or_stolen_card' });
    }
    system.pass(minutes);
    await system.reconcile();
    expect(await system.payment(id)).toMatchObject({ refund: { status: 'FAILED' } });
    expect(refunds()).toHaveLength(2);
  });
});

describe('a webhook', () => {
  const send = async (
    event: object | string | number | null,
    { secret = webhookSecret, age = 0, body = JSON.stringify(event) } = {},
  ) => {
    const timestamp = Math.floor(system.now.getTime() / 1_000) - age;
    const payload = JSON.stringify(event);
    const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp });
    const headers = { 'content-type': 'application/json', 'stripe-signature': signature };
    const { statusCode } = await http.app.inject({ method: 'POST', url: '/webhooks/stripe', headers, body });
    return statusCode;
  };
  const eventOf = (type: string, id = 'pi_unknown') => ({
    id: `evt_${newId()}`,
    object: 'event',
    type,
    data: { object: { id } },
  });
  /** A payment that waits for its payer, of whose intent Stripe now says this. */
  const waiting = async (change: object) => {
    const payment = await system.paid('pm_3ds');
    expect(payment).toMatchObject({ status: 'REQUIRES_ACTION' });
    const intent = stripe.intentOf(payment.orderId);
    Object.assign(intent ?? {}, change);
    return { ...payment, ref: intent?.id };
  };

  test('tells that the payer has authenticated: the payment SUCCEEDED', async () => {
    const { id, ref, orderId } = await waiting({ status: 'succeeded' });
    expect(await send(eventOf('payment_intent.succeeded', ref))).toBe(200);
    expect(await system.payment(id)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await send(eventOf('payment_intent.succeeded', ref))).toBe(200);
    expect(await system.types(orderId)).toEqual(['payment.started', 'payment.succeeded']);
  });

  test('that comes too late changes nothing: Stripe is asked what holds now', async () => {
    const { id, ref, orderId } = await waiting({ status: 'succeeded' });
    for (const type of ['requires_action', 'payment_failed', 'canceled', 'succeeded', 'processing'])
      expect(await send(eventOf(`payment_intent.${type}`, ref))).toBe(200);
    expect(await system.payment(id)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await system.types(orderId)).toEqual(['payment.started', 'payment.succeeded']);
  });

  test('tells that the payer was not authenticated: the payment FAILED, and its intent is of no more use', async () => {
    const failure = { code: 'payment_intent_authentication_failure' };
    const { id, ref, orderId } = await waiting({
      status: 'requires_payment_method',
      last_payment_error: failure,
    });
    expect(await send(eventOf('payment_intent.payment_failed', ref))).toBe(200);
    expect(await system.payment(id)).toMatchObject({ status: 'FAILED', failureReason: failure.code });
    expect(stripe.intentOf(orderId)).toMatchObject({ status: 'canceled' });
  });

  test.each([
    ['forged', { secret: 'whsec_other' }],
    ['stale', { age: 301 }],
    ['altered', { body: '{}' }],
  ])('that is %s is refused', async (_what, change) => {
    const { id, ref } = await waiting({ status: 'succeeded' });
    expect(await send(eventOf('payment_intent.succeeded', ref), change)).toBe(400);
    expect(await system.payment(id)).toMatchObject({ status: 'REQUIRES_ACTION' });
    expect(await send(eventOf('payment_intent.succeeded', ref), { age: 299 })).toBe(200);
  });

  test.each([
    null,
    1,
    'event',
    [],
    {},
    { type: 'payment_intent.succeeded' },
    { type: 'payment_intent.succeeded', data: null },
    { type: 'payment_intent.succeeded', data: { object: null } },
    { type: 1, data: { object: { id: 'pi_1' } } },
  ])('that is signed and no event is refused as that: %j', async (body) => {
    const before = lines.length;
    expect(await send(body)).toBe(400);
    expect(
      lines
        .slice(before)
        .map((line) => JSON.parse(line))
        .filter(({ level }) => level > 30),
    ).toEqual([]);
  });

  test('without a signature is refused', async () => {
    const { statusCode } = await http.app.inject({ method: 'POST', url: '/webhooks/stripe', body: '{}' });
    expect(statusCode).toBe(400);
  });

  test('about what is not ours is taken and ignored', async () => {
    expect(await send(eventOf('payment_intent.succeeded'))).toBe(200);
    expect(await send(eventOf('customer.created', 'cus_1'))).toBe(200);
    expect(
      await send({ id: 'evt_1', object: 'event', type: 'balance.available', data: { object: {} } }),
    ).toBe(200);
  });

  test('while Stripe does not answer is asked for again', async () => {
    const { id, ref } = await waiting({ status: 'succeeded' });
    stripe.failures = 3;
    expect(await send(eventOf('payment_intent.succeeded', ref))).toBe(500);
    expect(await send(eventOf('payment_intent.succeeded', ref))).toBe(200);
    expect(await system.payment(id)).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('tells of a dispute, and that it was won', async () => {
    const { id, orderId } = await system.paid('pm_ok');
    const payment_intent = stripe.intentOf(orderId)?.id ?? '';
    const dispute = `dp_${id}`;
    const say = async (status: string, type: string) => {
      stripe.disputes.set(dispute, { payment_intent, status });
      expect(await send(eventOf(`charge.dispute.${type}`, dispute))).toBe(200);
      return (await system.payment(id)).status;
    };
    expect(await say('warning_needs_response', 'created')).toBe('SUCCEEDED');
    expect(await say('needs_response', 'created')).toBe('DISPUTED');
    expect(await send(eventOf('payment_intent.succeeded', payment_intent))).toBe(200);
    expect(await say('under_review', 'updated')).toBe('DISPUTED');
    expect(await say('won', 'closed')).toBe('SUCCEEDED');
    expect(await say('won', 'created')).toBe('SUCCEEDED');
    const standings = (await system.told(orderId)).flatMap(({ payload }) => payload.standing ?? []);
    expect(standings).toEqual(['LOST', 'WON']);
  });

  test('of the sandbox there is none', async () => {
    const sandbox = await system.replica();
    await expect(sandbox.subgraph.services.receiveWebhook(Buffer.from('{}'), 'x')).rejects.toThrow(
      /no webhooks/,
    );
    await sandbox.subgraph.stop();
  });
});
