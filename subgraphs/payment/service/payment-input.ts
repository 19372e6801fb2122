import { badUserInput } from '@tixgo/platform/errors.ts';
import { cleanIdempotencyKey } from '@tixgo/platform/idempotency/idempotency.ts';
import { assertUuid } from '@tixgo/platform/ids.ts';
import { looksLikeCardNumber } from '../domain/card-number.ts';
import type { PaymentProvider } from './provider/payment-provider.ts';

export interface PayOrderInput {
  readonly orderId: string;
  readonly paymentMethod: string;
  readonly idempotencyKey: string;
}

/**
 * Before anything else is done with them, so that a card number in them goes nowhere.
 * @throws BAD_USER_INPUT, and NOT_FOUND for what cannot be the id of an order
 */
export function cleanPayOrderInput(input: PayOrderInput, provider: PaymentProvider): PayOrderInput {
  const paymentMethod = cleanPaymentMethod(input.paymentMethod, provider);
  const idempotencyKey = cleanIdempotencyKey(input.idempotencyKey);
  assertUuid(input.orderId, 'order');
  return { orderId: input.orderId.toLowerCase(), paymentMethod, idempotencyKey };
}

const paymentMethodId = /^[A-Za-z0-9_]{1,128}$/;

/** The messages never repeat what was given. */
function cleanPaymentMethod(text: string, provider: PaymentProvider): string {
  const paymentMethod = text.trim();
  if (looksLikeCardNumber(paymentMethod)) {
    throw badUserInput(
      'paymentMethod',
      'paymentMethod must be the id of a payment method, never a card number.',
    );
  }
  if (!paymentMethodId.test(paymentMethod) || !provider.isPaymentMethod(paymentMethod)) {
    throw badUserInput('paymentMethod', `paymentMethod is not a payment method that ${provider.name} knows.`);
  }
  return paymentMethod;
}
