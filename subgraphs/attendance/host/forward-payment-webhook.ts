import type { Log } from '@tixgo/platform/logging.ts';
import { RestFailure } from '@tixgo/platform/rest/rest-failure.ts';
import type { FastifyInstance } from 'fastify';
import { request as call } from 'undici';

export interface WebhookForwarding {
  readonly path: string;
  /** The payment subgraph's GraphQL endpoint; its webhook is on the same origin. */
  readonly paymentUrl: string;
  readonly log: Log;
}

/** In milliseconds; the provider waits longer, and repeats what was not answered. */
const patience = 10_000;
const largestBody = 1024 * 1024;

/** Hands the provider's calls on as they came: payment, which stands elsewhere, is the one that can verify them. */
export async function forwardPaymentWebhook(
  app: FastifyInstance,
  forwarding: WebhookForwarding,
): Promise<void> {
  const { path, paymentUrl, log } = forwarding;
  const target = new URL(path, paymentUrl);
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: largestBody }, (_request, body, done) =>
      done(null, body),
    );
    scope.post(path, async (request, reply) => {
      const signature = request.headers['stripe-signature'];
      const headers = {
        'content-type': request.headers['content-type'] ?? 'application/json',
        'x-request-id': request.id,
        ...(typeof signature === 'string' && { 'stripe-signature': signature }),
      };
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      try {
        const signal = AbortSignal.timeout(patience);
        const answer = await call(target, { method: 'POST', headers, body, signal });
        return await reply.code(answer.statusCode).send(await answer.body.json());
      } catch (error) {
        log.warn({ err: error, requestId: request.id }, 'a webhook could not be handed on to payment');
        throw new RestFailure(503, 'Payments are not available; send it again later.');
      }
    });
  });
}
