/** What came of a charge, as the provider sees it now. */
export type ChargeOutcome =
  | { readonly kind: 'succeeded' }
  | { readonly kind: 'declined'; readonly reason: string }
  | { readonly kind: 'requires-action' }
  | { readonly kind: 'processing' };

/** `unconfirmed`: nobody has tried to charge it. */
export type IntentState = ChargeOutcome | { readonly kind: 'unconfirmed' } | { readonly kind: 'canceled' };

export type RefundOutcome =
  | { readonly kind: 'taken'; readonly ref: string }
  | { readonly kind: 'refused'; readonly reason: string };

export interface IntentRequest {
  readonly paymentId: string;
  readonly orderId: string;
  /** In minor units of `currency`, ISO 4217. */
  readonly amount: number;
  readonly currency: string;
  readonly idempotencyKey: string;
}

export interface PayBackRequest {
  /** The intent's. */
  readonly ref: string;
  /** The same for every request for the same money, under whatever key. */
  readonly refundId: string;
  /** In minor units of `currency`, ISO 4217. */
  readonly amount: number;
  readonly currency: string;
  readonly idempotencyKey: string;
}

export interface Intent {
  readonly ref: string;
  readonly clientSecret: string | null;
}

export interface Dispute {
  readonly ref: string;
  /** `LOST` while it is open as well. */
  readonly standing: 'LOST' | 'WON';
}

/** What a webhook is about; what it says of that may be old, so that the provider is asked. */
export type WebhookHint =
  | { readonly kind: 'intent'; readonly ref: string }
  | { readonly kind: 'dispute'; readonly id: string }
  | { readonly kind: 'other' };

/**
 * Who moves the money. Opening and confirming are two steps, so that the intent is known here before anything can be
 * charged. Whatever a call throws means that nobody knows what came of it: `find` tells. The same idempotency key makes
 * one effect. Never called while a database transaction is open.
 */
export interface PaymentProvider {
  readonly name: string;
  /** What its payment methods are, in words. */
  readonly methodHint: string;
  /** Taken where none is named; undefined where one must be. */
  readonly defaultMethod: string | undefined;
  /** Whether it can be the id of a payment method; whether there is one shows when it is confirmed. */
  isPaymentMethod(id: string): boolean;
  open(request: IntentRequest): Promise<Intent>;
  confirm(ref: string, paymentMethod: string, idempotencyKey: string): Promise<ChargeOutcome>;
  find(ref: string): Promise<IntentState>;
  /** @throws when it can no longer be canceled, as when it was charged meanwhile */
  cancel(ref: string): Promise<void>;
  refund(request: PayBackRequest): Promise<RefundOutcome>;
  /** @throws WebhookRefused */
  readWebhook(rawBody: Buffer, signature: string | undefined): WebhookHint;
  /** Undefined when it takes nothing away from us, as a bank's mere inquiry. */
  findDispute(id: string): Promise<Dispute | undefined>;
  /** For a provider without webhooks: tells of each new dispute until `settle` has taken it. */
  deliverDisputes?(settle: (dispute: Dispute) => Promise<void>): Promise<void>;
  /** For a provider without a bank: does what the payer's would do after `requires-action`. */
  completeAction?(ref: string, authenticate: boolean): Promise<void>;
}

/** The provider did not do what was asked, or did not say so. Says nothing that must not be logged. */
export class ProviderFailure extends Error {
  override readonly name = 'ProviderFailure';
}

/** A webhook that is not the provider's, or too old. */
export class WebhookRefused extends Error {
  override readonly name = 'WebhookRefused';
}
