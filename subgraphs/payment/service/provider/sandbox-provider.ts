import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Clock } from '@tixgo/platform/clock.ts';
import type { Database } from '@tixgo/platform/database/database.ts';
import {
  findDueDisputes,
  findIntent,
  markDisputeTold,
  moveIntent,
  openIntent,
  refundIntent,
  type SandboxIntent,
} from '../../store/sandbox-store.ts';
import {
  type ChargeOutcome,
  type Dispute,
  type Intent,
  type IntentRequest,
  type IntentState,
  type PaymentProvider,
  ProviderFailure,
  type RefundOutcome,
  WebhookRefused,
} from './payment-provider.ts';
import { findSandboxMethod, type SandboxMethod, sandboxMethodHint } from './sandbox-methods.ts';

/** Moves no money. Its ledger is kept, so that it knows after a restart what it charged, as Stripe would. */
export class SandboxProvider implements PaymentProvider {
  readonly name = 'sandbox';
  readonly methodHint = sandboxMethodHint;
  readonly defaultMethod = 'pm_card_visa';
  readonly #database: Database;
  readonly #clock: Clock;

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  isPaymentMethod(id: string): boolean {
    return findSandboxMethod(id) !== undefined;
  }

  async open({ paymentId, amount, currency }: IntentRequest): Promise<Intent> {
    const ref = `sandbox_pi_${paymentId}`;
    const clientSecret = `${ref}_secret_${randomBytes(16).toString('hex')}`;
    const intent = await openIntent(this.#database, { ref, amount, currency, clientSecret });
    return { ref, clientSecret: intent?.clientSecret ?? clientSecret };
  }

  async confirm(ref: string, paymentMethod: string): Promise<ChargeOutcome> {
    const method = findSandboxMethod(paymentMethod);
    if (!method) return { kind: 'declined', reason: 'invalid_payment_method' };
    if (method.fault === 'before') throw new ProviderFailure('The sandbox does not answer.');
    const taken = await this.#take(ref, paymentMethod, method);
    if (taken && method.delay !== undefined) await setTimeout(method.delay, undefined, { ref: false });
    if (taken && method.fault === 'after') throw new ProviderFailure('The sandbox timed out.');
    const state = taken ? outcomeOf(taken) : await this.find(ref);
    if (state.kind === 'unconfirmed' || state.kind === 'canceled')
      throw new ProviderFailure(`The intent is ${state.kind}.`);
    return state;
  }

  async find(ref: string): Promise<IntentState> {
    const intent = await findIntent(this.#database, ref);
    if (!intent) throw new ProviderFailure('No such intent.');
    if (intent.decidedAt !== null && intent.decidedAt > this.#clock()) return { kind: 'processing' };
    return outcomeOf(intent);
  }

  async cancel(ref: string): Promise<void> {
    const canceled =
      (await moveIntent(this.#database, ref, 'UNCONFIRMED', 'CANCELED')) ??
      (await moveIntent(this.#database, ref, 'REQUIRES_ACTION', 'CANCELED')) ??
      (await moveIntent(this.#database, ref, 'DECLINED', 'CANCELED'));
    if (canceled) return;
    const state = await this.find(ref);
    if (state.kind !== 'canceled') throw new ProviderFailure(`The intent is ${state.kind}.`);
  }

  async refund(refund: { ref: string; amount: number; idempotencyKey: string }): Promise<RefundOutcome> {
    const { ref, amount, idempotencyKey } = refund;
    const intent = await findIntent(this.#database, ref);
    if (findSandboxMethod(intent?.paymentMethod ?? '')?.refusesRefunds)
      return { kind: 'refused', reason: 'refund_failed' };
    if (await refundIntent(this.#database, { idempotencyKey, ref, amount }))
      return { kind: 'taken', ref: `sandbox_re_${idempotencyKey}` };
    return { kind: 'refused', reason: 'amount_too_large' };
  }

  readWebhook(): never {
    throw new WebhookRefused('The sandbox sends no webhooks.');
  }

  async findDispute(): Promise<undefined> {
    return undefined;
  }

  async deliverDisputes(settle: (dispute: Dispute) => Promise<void>): Promise<void> {
    for (const { ref } of await findDueDisputes(this.#database)) {
      await settle({ ref, standing: 'LOST' });
      await markDisputeTold(this.#database, ref);
    }
  }

  async completeAction(ref: string, authenticate: boolean): Promise<void> {
    if (authenticate) await moveIntent(this.#database, ref, 'REQUIRES_ACTION', 'CHARGED');
    else {
      const declineReason = 'payment_intent_authentication_failure';
      await moveIntent(this.#database, ref, 'REQUIRES_ACTION', 'DECLINED', { declineReason });
    }
  }

  /** Undefined when it was confirmed or canceled before. */
  async #take(
    ref: string,
    paymentMethod: string,
    { outcome, reason, delay, disputed }: SandboxMethod,
  ): Promise<SandboxIntent | undefined> {
    const to = { charge: 'CHARGED', decline: 'DECLINED', authenticate: 'REQUIRES_ACTION' } as const;
    return await moveIntent(this.#database, ref, 'UNCONFIRMED', to[outcome], {
      paymentMethod,
      ...(reason !== undefined && { declineReason: reason }),
      ...(delay !== undefined && { decidedAt: new Date(this.#clock().getTime() + delay) }),
      ...(disputed && { dispute: 'DUE' }),
    });
  }
}

function outcomeOf({ state, declineReason }: SandboxIntent): IntentState {
  switch (state) {
    case 'UNCONFIRMED':
      return { kind: 'unconfirmed' };
    case 'REQUIRES_ACTION':
      return { kind: 'requires-action' };
    case 'CHARGED':
      return { kind: 'succeeded' };
    case 'DECLINED':
      return { kind: 'declined', reason: declineReason ?? 'generic_decline' };
    case 'CANCELED':
      return { kind: 'canceled' };
  }
}
