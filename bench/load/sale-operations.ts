import { newId } from '@tixgo/platform/ids.ts';

/** A reservation of one type; each request is a new order. */
export interface ReserveOperation {
  readonly kind: 'reserve';
  readonly eventId: string;
  readonly typeId: string;
  /** Taken in turn. */
  readonly quantities: readonly number[];
}

/** A payment of each of these orders, in turn. */
export interface PayOperation {
  readonly kind: 'pay';
  readonly orderIds: readonly string[];
  readonly paymentMethod: string;
}

const reserveMutation = `mutation Reserve($input: ReserveTicketsInput!) {
  reserveTickets(input: $input) {
    __typename
    ... on Order { id status total { amount currency } expiresAt }
    ... on SoldOut { available message }
    ... on SalesClosed { message }
    ... on LimitExceeded { message }
  }
}`;

const payMutation = `mutation Pay($input: PayOrderInput!) {
  payOrder(input: $input) {
    __typename
    ... on Payment { id status }
    ... on PaymentDeclined { reason }
    ... on OrderNotPayable { message }
  }
}`;

export function reserveBody({ eventId, typeId, quantities }: ReserveOperation, sequence: number): string {
  const quantity = quantities[sequence % quantities.length] ?? 1;
  const input = { eventId, lines: [{ ticketTypeId: typeId, quantity }], idempotencyKey: newId() };
  return JSON.stringify({ query: reserveMutation, variables: { input } });
}

export function payBody({ orderIds, paymentMethod }: PayOperation, sequence: number): string {
  const orderId = orderIds[sequence % orderIds.length];
  return JSON.stringify({
    query: payMutation,
    variables: { input: { orderId, paymentMethod, idempotencyKey: newId() } },
  });
}

export interface ReserveAnswer {
  readonly reserveTickets:
    | { readonly __typename: 'Order'; readonly id: string }
    | { readonly __typename: 'SoldOut' | 'SalesClosed' | 'LimitExceeded' };
}

export interface PayAnswer {
  readonly payOrder:
    | { readonly __typename: 'Payment'; readonly id: string; readonly status: string }
    | { readonly __typename: 'PaymentDeclined' | 'OrderNotPayable' };
}
