import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@tixgo/platform/ids.ts';
import { userViewer } from '@tixgo/platform/testing/ask.ts';
import { PaymentSystem } from './payment-system.ts';

let system: PaymentSystem;
/** Oldest first. */
const ids: string[] = [];
const other = userViewer('USER', 'otto');
let declinedOrder: string;
beforeAll(async () => {
  system = await PaymentSystem.start();
  for (let index = 0; index < 5; index += 1) {
    system.pass(1);
    ids.push((await system.paid()).id);
  }
  system.pass(1);
  const { orderId } = await system.order({ buyerId: other.id });
  declinedOrder = orderId;
  ids.push((await system.pay(orderId, 'pm_card_visa_chargeDeclined', { viewer: other })).payment.id);
});
afterAll(async () => {
  await system.stop();
});

interface Edge {
  readonly node: { readonly id: string };
}
const listed = ({ edges }: { edges: Edge[] }) => edges.map(({ node }) => node.id);

describe('payments', () => {
  test('are listed to ADMINs, newest first', async () => {
    expect(listed(await system.ask('payments', {}, system.admin))).toEqual(ids.toReversed());
  });

  test('are read page by page, each once', async () => {
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page = await system.ask('payments', { first: 4, after }, system.admin);
      seen.push(...listed(page));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after);
    expect(seen).toEqual(ids.toReversed());
  });

  test.each([
    ['status', () => ({ status: 'FAILED' }), () => ids.slice(5)],
    ['order', () => ({ orderId: declinedOrder }), () => ids.slice(5)],
    ['both', () => ({ orderId: declinedOrder, status: 'SUCCEEDED' }), () => []],
    ['an unknown order', () => ({ orderId: newId() }), () => []],
    ['what is no order', () => ({ orderId: 'nonsense' }), () => []],
    ['nothing', () => null, () => ids.toReversed()],
  ])('are filtered by %s', async (_what, filter, expected) => {
    expect(listed(await system.ask('payments', { filter: filter() }, system.admin))).toEqual(expected());
  });

  test('of oneself are one’s own', async () => {
    expect(listed(await system.ask('myPayments'))).toEqual(ids.slice(0, 5).toReversed());
    expect(listed(await system.ask('myPayments', {}, other))).toEqual(ids.slice(5));
    expect(await system.ask('myPayments', {}, userViewer('USER'))).toEqual({
      edges: [],
      pageInfo: { hasNextPage: false, endCursor: null },
    });
  });

  test.each([0, -1, 101])('come in no page of %i', async (first) => {
    for (const operation of ['payments', 'myPayments'] as const) {
      const refusal = await system.refusal(operation, { first }, system.admin);
      expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', field: 'first' });
    }
  });

  test('take no cursor of another list', async () => {
    const { pageInfo } = await system.ask('myPayments', { first: 1 });
    const forged = Buffer.from(JSON.stringify(['payments', 'x'])).toString('base64url');
    for (const after of [pageInfo.endCursor, forged, 'nonsense']) {
      const refusal = await system.refusal('payments', { after }, system.admin);
      expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', field: 'after' });
    }
  });
});
