import { newId } from '@tixgo/platform/ids.ts';
import { type Action, must, mustBeExpected, onOne, type Scene } from './action.ts';
import { completeAction, payOrder, refundPayment } from './documents.ts';
import type { KnownOrder, KnownPayment } from './sale-model.ts';
import type { Answer } from './sale-world.ts';

export const methods = [
  'pm_card_visa',
  'pm_card_visa_chargeDeclined',
  'pm_card_threeDSecure2Required',
  'pm_card_createDispute',
  'sandbox_timeout_after_charge',
  'sandbox_unavailable',
] as const;

/** @param times how often it is sent at once, with one key */
export const pay = (pick: number, method: string, times: number): Action =>
  onOne(
    'pay',
    pick,
    ({ orders }) => orders,
    async (order, scene) => {
      const key = newId();
      const paid = Array.from({ length: times }, () => sendPayment(scene, order, method, key));
      const ids = new Set((await Promise.all(paid)).map((payment) => payment?.id));
      must(ids.size === 1, 'one key pays once', [...ids]);
    },
    method,
    `x${times}`,
  );

/** Nobody waits for the answer: it comes while other things happen. */
export const paySlowly = (pick: number): Action =>
  onOne(
    'paySlowly',
    pick,
    ({ orders }) => orders,
    async (order, scene) => {
      scene.world.doMeanwhile(async () => {
        await sendPayment({ ...scene, isAlone: false }, order, 'sandbox_slow_60', newId());
      });
    },
  );

async function sendPayment(
  scene: Scene,
  order: KnownOrder,
  method: string,
  key: string,
): Promise<KnownPayment | undefined> {
  const { model, world } = scene;
  const since = world.now();
  const isWaiting = model.surelyHolds(order, since + 1_000) && !model.mayBePaid(order);
  const wasCanceled = order.isCanceled && !world.broker.isHolding();
  const input = { orderId: order.id, paymentMethod: method, idempotencyKey: key };
  order.unanswered += 1;
  const reply = await world.askKeyed('payment', payOrder, { input }, order.buyer);
  order.unanswered -= 1;
  must(reply.kind === 'data', 'a payment is answered:', reply);
  const { answer } = reply.data;
  if (answer.__typename === 'OrderNotPayable') {
    must(!scene.isAlone || !isWaiting || order.total === 0, 'an order that waits can be paid:', answer);
    return undefined;
  }
  // At the latest: a request that was lost and sent again may have begun before.
  order.lastBegan = world.now();
  must(since < order.expiresAt, 'no payment is taken of an order whose time is over:', answer);
  must(!scene.isAlone || !wasCanceled, 'no payment is taken of an order that was canceled:', answer);
  return keepPayment(scene, order, { key, method }, answer);
}

function keepPayment(
  { model }: Scene,
  order: KnownOrder,
  { key, method }: { key: string; method: string },
  answer: Answer,
): KnownPayment {
  const id = answer.payment?.id ?? answer.id;
  const known = model.payments.find((payment) => payment.id === id);
  const fresh = { id, order, key, method, status: '', clientSecret: undefined };
  const payment: KnownPayment = known ?? fresh;
  if (!known) model.payments.push(payment);
  payment.status = answer.__typename === 'PaymentDeclined' ? 'FAILED' : answer.status;
  payment.clientSecret = answer.clientSecret ?? undefined;
  return payment;
}

export const payAgain = (pick: number): Action =>
  onOne(
    'payAgain',
    pick,
    // One that is under way is waited for, for a second or so.
    ({ payments }) => payments.filter(({ status }) => status !== 'PROCESSING'),
    async ({ id, key, method, order }, { world }) => {
      const input = { orderId: order.id, paymentMethod: method, idempotencyKey: key };
      const at = world.now();
      const reply = await world.askKeyed('payment', payOrder, { input }, order.buyer);
      // Answers are kept for a day.
      if (order.lastBegan !== undefined && at - order.lastBegan > 60_000 * 60) return;
      must(reply.kind === 'data', 'a payment is answered again:', reply);
      const { answer } = reply.data;
      must((answer.payment?.id ?? answer.id) === id, 'one key pays once:', answer, id);
    },
  );

export const authenticate = (pick: number, agrees: boolean): Action =>
  onOne(
    'authenticate',
    pick,
    ({ payments }) => payments.filter(({ clientSecret }) => clientSecret !== undefined),
    async (payment, { world }) => {
      const variables = { secret: payment.clientSecret, authenticate: agrees };
      const reply = await world.ask('payment', completeAction, variables, payment.order.buyer);
      mustBeExpected(reply, 'CONFLICT');
      if (reply.kind === 'data') payment.status = reply.data.answer.status;
      if (reply.kind !== 'lost') payment.clientSecret = undefined;
    },
    agrees,
  );

export const refund = (pick: number): Action =>
  onOne(
    'refund',
    pick,
    ({ payments }) => payments,
    async (payment, { world }) => {
      payment.order.isRefundAsked = true;
      const reply = await world.ask('payment', refundPayment, { id: payment.id }, world.admin);
      mustBeExpected(reply, 'CONFLICT');
      if (reply.kind === 'data') payment.status = reply.data.answer.status;
    },
  );
