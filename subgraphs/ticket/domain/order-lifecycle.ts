import type { OrderStatus } from './order.ts';

/**
 * The one table of how an order's status moves. EXPIRED goes back to PENDING only for a payment that began in time and
 * was heard of late, while there are tickets left.
 */
const transitions: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  PENDING: ['PAID', 'EXPIRED', 'CANCELED'],
  PAID: ['REFUNDED', 'CANCELED'],
  EXPIRED: ['PENDING'],
  CANCELED: [],
  REFUNDED: [],
};

/** From which statuses an order may become `to`: what a conditional update asks for. */
export function sourcesOf(to: OrderStatus): OrderStatus[] {
  return (Object.keys(transitions) as OrderStatus[]).filter((from) => transitions[from].includes(to));
}
