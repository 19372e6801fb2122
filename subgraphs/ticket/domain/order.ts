export const orderStatuses = ['PENDING', 'PAID', 'EXPIRED', 'CANCELED', 'REFUNDED'] as const;
export type OrderStatus = (typeof orderStatuses)[number];

export interface OrderRecord {
  readonly id: string;
  readonly eventId: string;
  readonly buyerId: string;
  readonly status: OrderStatus;
  /** In minor units. */
  readonly total: number;
  readonly currency: string;
  /** Until when it may be paid, as its buyer was told. */
  readonly expiresAt: Date;
  /** Until when it holds its tickets: later than `expiresAt` only while a payment that began in time is under way. */
  readonly heldUntil: Date;
  /** The payment under way, and the one that paid. */
  readonly payingId: string | null;
  readonly paidById: string | null;
  /** Of an order that buys a listed ticket. */
  readonly listingId: string | null;
  /** Whether its money was asked back, because the event was canceled. */
  readonly refundAsked: boolean;
  /** The payer's bank took its money back. */
  readonly disputed: boolean;
  /** Its money is on its way back: how much was told, and what comes of it is not heard yet. */
  readonly refunding: boolean;
  /** One of the two. */
  readonly unpaid: boolean;
  readonly version: number;
  readonly createdAt: Date;
}

/** An order as it begins: held until it is paid, or paid at once when it costs nothing. */
export function newOrder(
  order: Omit<
    OrderRecord,
    | 'status'
    | 'heldUntil'
    | 'payingId'
    | 'paidById'
    | 'refundAsked'
    | 'disputed'
    | 'refunding'
    | 'unpaid'
    | 'version'
  >,
): OrderRecord {
  return {
    ...order,
    status: order.total === 0 ? 'PAID' : 'PENDING',
    heldUntil: order.expiresAt,
    payingId: null,
    paidById: null,
    refundAsked: false,
    disputed: false,
    refunding: false,
    unpaid: false,
    version: 1,
  };
}

export interface OrderLineRecord {
  readonly orderId: string;
  readonly typeId: string;
  readonly quantity: number;
  /** Of one, in minor units. */
  readonly price: number;
  readonly currency: string;
}

/** How long a payment that began in time may hold an order's tickets, in milliseconds. */
export const longestPayment = 10 * 60 * 1000;

/** Whether the order holds its tickets: the clock decides, a sweep only follows. */
export function isHeld({ status, heldUntil }: Pick<OrderRecord, 'status' | 'heldUntil'>, now: Date): boolean {
  return status === 'PENDING' && heldUntil > now;
}

/** The status as its buyer sees it, before a sweep has come by. */
export function visibleStatus(order: Pick<OrderRecord, 'status' | 'heldUntil'>, now: Date): OrderStatus {
  return order.status === 'PENDING' && !isHeld(order, now) ? 'EXPIRED' : order.status;
}
