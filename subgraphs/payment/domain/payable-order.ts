export const orderStatuses = ['PENDING', 'PAID', 'EXPIRED', 'CANCELED', 'REFUNDED'] as const;
export type OrderStatus = (typeof orderStatuses)[number];

/** Nobody can pay it any more. */
export const endedOrderStatuses = ['EXPIRED', 'CANCELED'] as const satisfies OrderStatus[];

/** What payments must know of an order. */
export interface PayableOrder {
  readonly orderId: string;
  readonly eventId: string;
  readonly buyerId: string;
  readonly status: OrderStatus;
  /** In minor units of `currency`. */
  readonly amount: number;
  readonly currency: string;
  /** What of the amount may be paid back. */
  readonly refundable: number;
  readonly expiresAt: Date;
  /** 0 for what its owner answered when no fact had come yet: any fact replaces that. */
  readonly version: number;
}

/** `PROCESSING`: another payment of the order is under way. `PAID` may be known here before the order says it. */
export type NotPayableStatus = OrderStatus | 'PROCESSING';

/** Why an order cannot be paid, or undefined when it can. Free orders are paid at once and never payable. */
export function notPayableStatus(order: PayableOrder, now: Date): OrderStatus | undefined {
  if (order.status !== 'PENDING') return order.status;
  if (order.amount === 0) return 'PAID';
  return now < order.expiresAt ? undefined : 'EXPIRED';
}

const messages: Readonly<Record<NotPayableStatus, string>> = {
  PROCESSING: 'Another payment of this order is under way.',
  PENDING: 'This order cannot be paid.',
  PAID: 'This order is paid.',
  EXPIRED: 'The time to pay this order is over.',
  CANCELED: 'This order is canceled.',
  REFUNDED: 'This order was paid and refunded.',
};

export function notPayableMessage(status: NotPayableStatus): string {
  return messages[status];
}
