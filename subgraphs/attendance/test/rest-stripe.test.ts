import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId } from '@tixgo/platform/ids.ts';
import { startTestHost, type TestHost } from './host-client.ts';

let host: TestHost;
beforeAll(async () => {
  host = await startTestHost({
    PAYMENT_PROVIDER: 'stripe',
    STRIPE_SECRET_KEY: 'sk_test_1',
    STRIPE_WEBHOOK_SECRET: 'whsec_1',
    // Nobody listens there: nothing of this reaches Stripe.
    STRIPE_API_BASE: 'http://127.0.0.1:1',
  });
});
afterAll(() => host.close());

test('with Stripe a payment without a method is refused by the field, and takes no test card instead', async () => {
  const { token } = await host.person('bea');
  const response = await fetch(`${host.url}/payments/process`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ order_id: newId() }),
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toEqual({
    detail: expect.stringMatching(/^payment_method is required by stripe: /),
  });
});
