import { badUserInput } from '@tixgo/platform/errors.ts';
import { cleanIdempotencyKey } from '@tixgo/platform/idempotency/idempotency.ts';
import { assertUuid } from '@tixgo/platform/ids.ts';
import type { Optional } from '@tixgo/platform/optional-input.ts';
import { looksLikeCardNumber } from '../domain/card-number.ts';
import type { PaymentProvider } from './provider/payment-provider.ts';

export interface PayOrderInput {
  readonly orderId: string;
  readonly paymentMethod?: Optional<string>;
  readonly idempotencyKey: string;
}

export interface CleanPayOrderInput extends PayOrderInput {
  readonly paymentMethod: string;
}

/**
 * Before anything else is done with them, so that a card number in them goes nowhere.
 * @throws BAD_USER_INPUT, and NOT_FOUND for what cannot be the id of an order
 */
export function cleanPayOrderInput(input: PayOrderInput, provider: PaymentProvider): CleanPayOrderInput {
  const paymentMethod = cleanPaymentMethod(input.paymentMethod, provider);
  const idempotencyKey = cleanIdempotencyKey(input.idempotencyKey);
  assertUuid(input.orderId, 'order');
  return { orderId: input.orderId.toLowerCase(), paymentMethod, idempotencyKey };
}

const paymentMethodId = /^[A-Za-z0-9_]{1,128}$/;

/** The messages never repeat what was given. */
function cleanPaymentMethod(given: Optional<string>, provider: PaymentProvider): string {
  const paymentMethod = (given ?? provider.defaultMethod)?.trim();
  if (paymentMethod === undefined) {
    throw badUserInput(
      'paymentMethod',
      `paymentMethod is required by ${provider.name}: ${provider.methodHint}.`,
    );
  }
  if (looksLikeCardNumber(paymentMethod)) {
    throw badUserInput(
      'paymentMethod',
      'paymentMethod must be the id of a payment method, never a card number.',
    );
  }
  if (!paymentMethodId.test(paymentMethod) || !provider.isPaymentMethod(paymentMethod)) {
    throw badUserInput(
      'paymentMethod',
      `paymentMethod is not a payment method that ${provider.name} knows: ${provider.methodHint}.`,
    );
  }
  return paymentMethod;
}
