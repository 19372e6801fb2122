import { setTimeout } from 'node:timers/promises';
import type { UserViewer } from '@tixgo/platform/viewer.ts';
import { declineMessage } from '../domain/decline-message.ts';
import { type NotPayableStatus, notPayableMessage } from '../domain/payable-order.ts';
import type { PaymentRecord } from '../domain/payment.ts';
import { findPayments } from '../store/payment-store.ts';
import { beginPayment } from './begin-payment.ts';
import { chargePayment } from './charge-payment.ts';
import type { PaymentDependencies } from './dependencies.ts';
import { cleanPayOrderInput, type PayOrderInput } from './payment-input.ts';
import { answerPatience, pollInterval, within } from './payments-under-way.ts';

export interface OrderNotPayable {
  readonly status: NotPayableStatus;
  readonly message: string;
}

export interface PaymentDeclined {
  readonly message: string;
  readonly payment: PaymentRecord;
}

export type PayOrderResult = PaymentRecord | PaymentDeclined | OrderNotPayable;

/** @throws BAD_USER_INPUT, NOT_FOUND, IDEMPOTENCY_KEY_REUSED, SUBGRAPH_UNAVAILABLE */
export const payOrder =
  (dependencies: PaymentDependencies) =>
  async (viewer: UserViewer, input: PayOrderInput): Promise<PayOrderResult> => {
    const cleaned = cleanPayOrderInput(input, dependencies.provider);
    const beginning = await beginPayment(dependencies, viewer, cleaned);
    if (beginning.kind === 'not-payable') {
      return { status: beginning.status, message: notPayableMessage(beginning.status) };
    }
    if (beginning.kind === 'earlier') return await answerWhenDecided(dependencies, beginning.paymentId);
    const { payment } = beginning;
    void dependencies.underWay.begin(payment.id, () => chargePayment(dependencies, payment));
    return await answerWhenDecided(dependencies, payment.id);
  };

async function answerWhenDecided(dependencies: PaymentDependencies, id: string): Promise<PayOrderResult> {
  const { database, underWay } = dependencies;
  const work = underWay.find(id);
  await (work ? within(answerPatience, work) : pollUntilDecided(dependencies, id));
  const [payment] = await findPayments(database, [id]);
  if (!payment) throw new Error(`Payment ${id} went away.`);
  return payment.status === 'FAILED' ? declined(payment) : payment;
}

/** For a payment that another process has, or that nobody has any more. */
async function pollUntilDecided({ database }: PaymentDependencies, id: string): Promise<void> {
  for (let waited = 0; waited < answerPatience; waited += pollInterval) {
    const [payment] = await findPayments(database, [id]);
    if (payment?.status !== 'PROCESSING') return;
    await setTimeout(pollInterval);
  }
}

function declined(payment: PaymentRecord): PaymentDeclined {
  return { message: declineMessage(payment.failureReason ?? 'generic_decline'), payment };
}
