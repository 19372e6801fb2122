import { type WebhookHint, WebhookRefused } from './payment-provider.ts';

/** What may have changed what Stripe would answer of an intent that was confirmed. */
const intentEvents = new Set([
  'payment_intent.succeeded',
  'payment_intent.payment_failed',
  'payment_intent.canceled',
  'payment_intent.processing',
  'payment_intent.requires_action',
]);

/**
 * What a webhook's body is about. A signature says who sent it, not that it is an event.
 * @throws WebhookRefused
 */
export function webhookHint(body: unknown): WebhookHint {
  if (!isRecord(body) || typeof body.type !== 'string' || !isRecord(body.data) || !isRecord(body.data.object))
    throw new WebhookRefused('The body is not an event.');
  const { type } = body;
  const { id } = body.data.object;
  if (typeof id !== 'string') return { kind: 'other' };
  if (intentEvents.has(type)) return { kind: 'intent', ref: id };
  return type.startsWith('charge.dispute.') ? { kind: 'dispute', id } : { kind: 'other' };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
