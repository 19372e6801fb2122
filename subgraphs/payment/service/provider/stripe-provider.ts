import type { Clock } from '@tixgo/platform/clock.ts';
import Stripe from 'stripe';
import {
  type ChargeOutcome,
  type Dispute,
  type Intent,
  type IntentRequest,
  type IntentState,
  type PayBackRequest,
  type PaymentProvider,
  ProviderFailure,
  type RefundOutcome,
  type WebhookHint,
  WebhookRefused,
} from './payment-provider.ts';
import type { ProviderSettings } from './provider-settings.ts';
import { stripeAmount } from './stripe-amount.ts';
import { chargeOutcome, disputeStanding, intentState } from './stripe-states.ts';
import { webhookHint } from './stripe-webhook.ts';

type StripeSettings = Extract<ProviderSettings, { kind: 'stripe' }>;

/** In milliseconds. */
const callTimeout = 10_000;
/** How old a webhook may be, in seconds: Stripe's own default. */
const webhookTolerance = 300;
const paymentMethodId = /^pm_[A-Za-z0-9_]+$/;

/** Stripe's PaymentIntents. What goes wrong is told without what Stripe answered, which holds client secrets. */
export class StripeProvider implements PaymentProvider {
  readonly name = 'stripe';
  readonly methodHint = 'ids begin with pm_, and Stripe’s browser library makes them';
  readonly defaultMethod = undefined;
  readonly #stripe: Stripe;
  readonly #webhookSecret: string;
  readonly #clock: Clock;

  constructor(settings: StripeSettings, clock: Clock) {
    this.#stripe = new Stripe(settings.secretKey, {
      ...(settings.apiBase !== undefined && addressOf(settings.apiBase)),
      maxNetworkRetries: 2,
      timeout: callTimeout,
      telemetry: false,
    });
    this.#webhookSecret = settings.webhookSecret;
    this.#clock = clock;
  }

  isPaymentMethod(id: string): boolean {
    return paymentMethodId.test(id);
  }

  async open({ paymentId, orderId, amount, currency, idempotencyKey }: IntentRequest): Promise<Intent> {
    const { id, client_secret } = await asked(() =>
      this.#stripe.paymentIntents.create(
        {
          amount: stripeAmount(amount, currency),
          currency: currency.toLowerCase(),
          automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
          metadata: { paymentId, orderId },
        },
        { idempotencyKey },
      ),
    );
    return { ref: id, clientSecret: client_secret };
  }

  async confirm(ref: string, paymentMethod: string, idempotencyKey: string): Promise<ChargeOutcome> {
    try {
      const intent = await this.#stripe.paymentIntents.confirm(
        ref,
        { payment_method: paymentMethod },
        { idempotencyKey },
      );
      return chargeOutcome(intent);
    } catch (error) {
      if (error instanceof Stripe.errors.StripeCardError)
        return { kind: 'declined', reason: declineCode(error) };
      if (isUnknownMethod(error)) return { kind: 'declined', reason: 'invalid_payment_method' };
      throw failureOf(error);
    }
  }

  async find(ref: string): Promise<IntentState> {
    return intentState(await asked(() => this.#stripe.paymentIntents.retrieve(ref)));
  }

  async cancel(ref: string): Promise<void> {
    // Without a key: Stripe would repeat a first refusal, and an intent is canceled once however often it is asked.
    const intent = await asked(() => this.#stripe.paymentIntents.retrieve(ref));
    if (intent.status === 'canceled') return;
    await asked(() => this.#stripe.paymentIntents.cancel(ref));
  }

  async refund(request: PayBackRequest): Promise<RefundOutcome> {
    const { ref, refundId, amount, currency, idempotencyKey } = request;
    try {
      // Stripe forgets keys after a day, but a refund is tried until it is taken.
      const earlier = await this.#stripe.refunds.list({ payment_intent: ref, limit: 100 });
      const refund =
        earlier.data.find((one) => answersRequest(one, request)) ??
        (await this.#stripe.refunds.create(
          {
            payment_intent: ref,
            amount: stripeAmount(amount, currency),
            metadata: { refundId, idempotencyKey },
          },
          { idempotencyKey },
        ));
      return isLost(refund)
        ? { kind: 'refused', reason: refund.failure_reason ?? 'refund_failed' }
        : { kind: 'taken', ref: refund.id };
    } catch (error) {
      return refusedRefund(error, ref);
    }
  }

  readWebhook(rawBody: Buffer, signature: string | undefined): WebhookHint {
    return webhookHint(this.#verified(rawBody, signature));
  }

  async findDispute(id: string): Promise<Dispute | undefined> {
    const { payment_intent: intent, status } = await asked(() => this.#stripe.disputes.retrieve(id));
    const ref = typeof intent === 'string' ? intent : intent?.id;
    const standing = disputeStanding(status);
    return ref !== undefined && standing !== undefined ? { ref, standing } : undefined;
  }

  #verified(rawBody: Buffer, signature: string | undefined): unknown {
    const now = this.#clock().getTime();
    try {
      const { webhooks } = this.#stripe;
      const secret = this.#webhookSecret;
      return webhooks.constructEvent(rawBody, signature ?? '', secret, webhookTolerance, undefined, now);
    } catch {
      throw new WebhookRefused('The signature is not Stripe’s, or too old.');
    }
  }
}

function addressOf(apiBase: string) {
  const { protocol, hostname, port } = new URL(apiBase);
  return {
    protocol: protocol === 'http:' ? ('http' as const) : ('https' as const),
    host: hostname,
    ...(port !== '' && { port }),
  };
}

async function asked<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw failureOf(error);
  }
}

function failureOf(error: unknown): unknown {
  if (!(error instanceof Stripe.errors.StripeError)) return error;
  return new ProviderFailure(`Stripe: ${error.type} ${error.code ?? ''} ${error.requestId ?? ''}`.trim());
}

function declineCode({ decline_code, code }: InstanceType<typeof Stripe.errors.StripeCardError>): string {
  return decline_code || code || 'generic_decline';
}

function isUnknownMethod(error: unknown): boolean {
  return error instanceof Stripe.errors.StripeInvalidRequestError && error.param === 'payment_method';
}

/** The money is not on its way, or came back. */
function isLost({ status }: Stripe.Refund): boolean {
  return status === 'failed' || status === 'canceled';
}

/** Also what an earlier request for the same money did, unless it came to nothing: it must not go twice. */
function answersRequest(refund: Stripe.Refund, { refundId, idempotencyKey }: PayBackRequest): boolean {
  const { metadata } = refund;
  if (metadata?.refundId !== refundId) return false;
  return !isLost(refund) || (metadata.idempotencyKey ?? refundId) === idempotencyKey;
}

/** @throws what may go better another time */
function refusedRefund(error: unknown, ref: string): RefundOutcome {
  if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw failureOf(error);
  // Somebody paid it back in Stripe's dashboard.
  if (error.code === 'charge_already_refunded') return { kind: 'taken', ref };
  return { kind: 'refused', reason: error.code ?? 'invalid_request' };
}
