import type { FactBus } from '@tixgo/platform/facts/fact.ts';
import { newId } from '@tixgo/platform/ids.ts';
import type { PaymentRefundRequested } from '@tixgo/schema/facts/payment.ts';
import type { OrderChanged, OrderRefundDeclined, OrderRefundDue } from '@tixgo/schema/facts/ticket.ts';

interface Waiting {
  readonly bus: FactBus;
  readonly request: PaymentRefundRequested;
}

/** The ticket service, where it answers what goes back: by default what it told of the order last. */
export class RefundAnswers {
  /** By the order's id, where payment was not told of it yet. */
  readonly refundable = new Map<string, number>();
  readonly #told = new Map<string, number>();
  readonly #waiting: Waiting[] = [];
  #isAway = false;

  get waiting(): number {
    return this.#waiting.length;
  }

  /** It answers what it is asked when it comes back. */
  goAway(): void {
    this.#isAway = true;
  }

  async comeBack(): Promise<void> {
    this.#isAway = false;
    for (const { bus, request } of this.#waiting.splice(0)) await this.#answer(bus, request);
  }

  note({ orderId, refundable }: OrderChanged): void {
    this.#told.set(orderId, refundable);
  }

  listen(bus: FactBus): void {
    bus.subscribe({
      name: 'ticket',
      types: ['payment.refund-requested'],
      handle: async ({ payload }) => {
        const request = payload as PaymentRefundRequested;
        // Not awaited: the bus hands out a few facts at a time, and the answer is another one.
        if (this.#isAway) this.#waiting.push({ bus, request });
        else void this.#answer(bus, request);
      },
    });
  }

  async #answer(bus: FactBus, { orderId, paymentId }: PaymentRefundRequested): Promise<void> {
    const amount = this.refundable.get(orderId) ?? this.#told.get(orderId) ?? 0;
    const due: OrderRefundDue = { orderId, paymentId, amount, cause: 'ADMIN' };
    const declined: OrderRefundDeclined = { orderId, paymentId };
    const answer =
      amount === 0
        ? { type: 'order.refund-declined', payload: declined }
        : { type: 'order.refund-due', payload: due };
    const occurredAt = new Date().toISOString();
    await bus.publish({ ...answer, id: newId(), version: 1, key: orderId, occurredAt });
  }
}
