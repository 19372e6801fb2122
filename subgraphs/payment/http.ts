import type { HttpService } from '@tixgo/platform/http/http-service.ts';
import { WebhookRefused } from './service/provider/payment-provider.ts';

export interface PaymentWebhookSettings {
  /** The services' `receiveWebhook`. */
  readonly receive: (rawBody: Buffer, signature: string | undefined) => Promise<void>;
}

/** `POST /webhooks/stripe`. What fails on our side is answered with 500, after which Stripe sends it again. */
export async function registerPaymentWebhook(
  app: HttpService['app'],
  { receive }: PaymentWebhookSettings,
): Promise<void> {
  // In a scope of its own: the signature covers the body as it came, so that here it stays bytes.
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    scope.post('/webhooks/stripe', async (request, reply) => {
      const signature = request.headers['stripe-signature'];
      const rawBody = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      try {
        await receive(rawBody, typeof signature === 'string' ? signature : undefined);
      } catch (error) {
        if (error instanceof WebhookRefused) return await reply.code(400).send({ detail: error.message });
        throw error;
      }
      return { received: true };
    });
  });
}
