import type { UserViewer } from '@tixgo/platform/viewer.ts';

export type OrderStatus = 'PENDING' | 'PAID' | 'EXPIRED' | 'CANCELED' | 'REFUNDED';
export type DoorStanding = 'ADMISSIBLE' | 'BLOCKED' | 'UNPAID' | 'CANCELED';

export interface KnownType {
  readonly id: string;
  readonly price: number;
  readonly capacity: number;
}

export interface Line {
  readonly typeId: string;
  readonly quantity: number;
}

/** What its buyer was told of an order, and what was asked for since. Times are milliseconds. */
export interface KnownOrder {
  readonly id: string;
  readonly buyer: UserViewer;
  readonly lines: readonly Line[];
  readonly total: number;
  readonly expiresAt: number;
  readonly listingId: string | undefined;
  /** Somebody asked to cancel it, or to pay it back, whatever came of that. */
  isCancelAsked: boolean;
  isRefundAsked: boolean;
  /** Its buyer was told so. */
  isCanceled: boolean;
  /** When its last payment can have begun at the latest; undefined: none did. */
  lastBegan: number | undefined;
  /** Requests to pay it that are not answered: they may have begun by now, or may still. */
  unanswered: number;
}

/** A reservation that may be sent again. */
export interface KeyedReservation {
  readonly buyer: UserViewer;
  readonly key: string;
  readonly lines: readonly Line[];
  readonly at: number;
  /** Undefined: there were none left, or the sale was closed. */
  readonly orderId: string | undefined;
}

export interface KnownPayment {
  readonly id: string;
  readonly order: KnownOrder;
  readonly key: string;
  readonly method: string;
  /** What its payer was told last. */
  status: string;
  clientSecret: string | undefined;
}

export interface KnownListing {
  readonly id: string;
  readonly ticketId: string;
  readonly seller: UserViewer;
  readonly price: number;
}

/** What was asked of a ticket, and what the door said of it. */
export class KnownTicket {
  readonly id: string;
  /** The texts that people hold, by number. */
  readonly codes = new Map<number, string>();
  readonly admissions = new Set<string>();
  readonly undone = new Set<string>();
  transfers = 0;
  /** Transfers, scans and takings back that nobody knows the end of. */
  lostTransfers = 0;
  lostScans = 0;
  /** The door has shown that it knows this number: lower ones are void there for good. */
  doorKnows = 0;
  isVoidAtDoor = false;

  constructor(id: string) {
    this.id = id;
  }

  get inside(): number {
    return this.admissions.size - this.undone.size;
  }
}

export interface SeenTicket {
  readonly id: string;
  readonly typeId: string;
  readonly orderId: string;
  readonly holderId: string;
  readonly status: 'VALID' | 'LISTED' | 'REFUNDED' | 'CANCELED';
  readonly standing: DoorStanding;
  readonly number: number;
  readonly code: string | null;
  readonly isAdmitted: boolean;
  readonly version: number;
}

export interface SeenOrder {
  readonly id: string;
  readonly status: OrderStatus;
  readonly ticketIds: readonly string[];
}

export interface SeenPayout {
  readonly id: string;
  readonly status: string;
  readonly listingId: string;
}

/** The sale at one moment, as an admin sees it. */
export interface Sight {
  readonly at: number;
  readonly available: ReadonlyMap<string, number>;
  readonly orders: ReadonlyMap<string, SeenOrder>;
  readonly tickets: ReadonlyMap<string, SeenTicket>;
  readonly payouts: readonly SeenPayout[];
}

const nothing: Sight = { at: 0, available: new Map(), orders: new Map(), tickets: new Map(), payouts: [] };

/** What people know of one sale: what they were told, and what that means. */
export class SaleModel {
  readonly eventId: string;
  readonly endsAt: number;
  readonly types: readonly KnownType[];
  readonly orders: KnownOrder[] = [];
  readonly reservations: KeyedReservation[] = [];
  readonly payments: KnownPayment[] = [];
  readonly listings: KnownListing[] = [];
  readonly tickets = new Map<string, KnownTicket>();
  readonly settledPayouts = new Set<string>();
  /** Orders that were seen unpaid when no payment could be in time for them any more. */
  readonly doomed = new Set<string>();
  isEventCancelAsked = false;
  isEventCanceled = false;
  /** Facts are held back. */
  isHolding = false;
  sight: Sight = nothing;

  constructor(eventId: string, endsAt: number, types: readonly KnownType[]) {
    this.eventId = eventId;
    this.endsAt = endsAt;
    this.types = types;
  }

  findOrder(id: string): KnownOrder | undefined {
    return this.orders.find((order) => order.id === id);
  }

  ticket(id: string): KnownTicket {
    const known = this.tickets.get(id) ?? new KnownTicket(id);
    this.tickets.set(id, known);
    return known;
  }

  /** Those that must be taken: held by orders in their time, or good tickets that nobody asked to pay back. */
  surelyTaken(typeId: string, now: number): number {
    if (this.isEventCancelAsked) return 0;
    const held = this.orders.filter((order) => this.surelyHolds(order, now) && !this.isSeenPaid(order));
    const good = [...this.sight.tickets.values()].filter(
      (ticket) =>
        ticket.typeId === typeId &&
        ticket.standing !== 'CANCELED' &&
        this.findOrder(ticket.orderId)?.isRefundAsked === false,
    );
    return sumOf(held, typeId) + good.length;
  }

  /** Those that may be taken at the most. */
  perhapsTaken(typeId: string, now: number): number {
    return sumOf(
      this.orders.filter((order) => this.mayHold(order, now)),
      typeId,
    );
  }

  /** In its time an order holds its tickets, unless somebody asked for something else. */
  surelyHolds(order: KnownOrder, now: number): boolean {
    // A listed ticket goes back to its seller for other reasons as well, and is of no stock.
    if (order.listingId !== undefined || this.isEventCancelAsked) return false;
    return now < order.expiresAt && !order.isCancelAsked && !order.isRefundAsked;
  }

  isSeenPaid({ id }: KnownOrder): boolean {
    const status = this.sight.orders.get(id)?.status;
    return status === 'PAID' || status === 'REFUNDED';
  }

  mayBePaid({ lastBegan, unanswered }: KnownOrder): boolean {
    return lastBegan !== undefined || unanswered > 0;
  }

  /** From when on no payment of an order can be in time. */
  doomedAt({ expiresAt, unanswered, lastBegan = 0 }: KnownOrder): number {
    return unanswered > 0 ? Number.POSITIVE_INFINITY : Math.max(expiresAt, lastBegan + longestPayment);
  }

  mayHold(order: KnownOrder, now: number): boolean {
    if (order.listingId !== undefined || order.isCanceled) return false;
    const isUnpaid = order.total > 0 && !this.mayBePaid(order);
    return !(isUnpaid && now >= order.expiresAt) && !this.doomed.has(order.id) && !this.isAllBack(order);
  }

  /** Paid back, with none of its tickets sold on or used. */
  isAllBack({ id }: KnownOrder): boolean {
    const seen = this.sight.orders.get(id);
    if (seen?.status !== 'REFUNDED') return false;
    return seen.ticketIds.every((ticketId) => {
      const { admissions, lostScans } = this.ticket(ticketId);
      return this.sight.tickets.get(ticketId)?.orderId === id && admissions.size === 0 && lostScans === 0;
    });
  }
}

/** How long a payment that began in time may hold its order, in milliseconds; ARCHITECTURE.md says so. */
const longestPayment = 10 * 60_000;

export function quantityOf(lines: readonly Line[], typeId: string): number {
  return lines.find((line) => line.typeId === typeId)?.quantity ?? 0;
}

function sumOf(orders: readonly KnownOrder[], typeId: string): number {
  return orders.reduce((sum, { lines }) => sum + quantityOf(lines, typeId), 0);
}
