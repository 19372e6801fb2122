import type { SaleEvent } from './sale-event.ts';

/** What an organizer decides about a type, checked. */
export interface TicketTypeDetails {
  readonly name: string;
  readonly description: string | null;
  /** In minor units. */
  readonly price: number;
  readonly currency: string;
  readonly capacity: number;
  readonly salesStart: Date | null;
  readonly salesEnd: Date | null;
  readonly maxPerOrder: number;
  readonly validFrom: Date | null;
  readonly validUntil: Date | null;
  readonly gates: string[] | null;
}

export interface TicketTypeRecord extends TicketTypeDetails {
  readonly id: string;
  readonly eventId: string;
  /** Tickets given out, less those that went on sale again. */
  readonly sold: number;
  /** Tickets that orders hold unpaid; those whose time is over are in it until a sweep. */
  readonly reserved: number;
  /** What the sold ones brought, in minor units. */
  readonly revenue: number;
}

/** A type as it is read: how many of `reserved` are held by nobody any more. */
export interface TicketTypeView extends TicketTypeRecord {
  readonly lapsed: number;
}

export function available({ capacity, sold, reserved, lapsed }: TicketTypeView): number {
  return capacity - sold - reserved + lapsed;
}

/** Whether a ticket of the type lets nobody in any more. */
export function isOver({ validUntil }: Pick<TicketTypeDetails, 'validUntil'>, now: Date): boolean {
  return validUntil !== null && now >= validUntil;
}

/** A moment, or before it the first at which one of the types lets nobody in any more: nobody is to pay for such a ticket. */
export function orWhenOver(moment: Date, types: readonly Pick<TicketTypeDetails, 'validUntil'>[]): Date {
  return types.reduce(
    (earliest, { validUntil }) => (isOver({ validUntil }, earliest) ? (validUntil ?? earliest) : earliest),
    moment,
  );
}

export type SaleState =
  | { readonly isOpen: true }
  /** `opensAt` is null when the sale is over. */
  | { readonly isOpen: false; readonly opensAt: Date | null };

export function saleState(
  { salesStart, salesEnd, validUntil }: Pick<TicketTypeDetails, 'salesStart' | 'salesEnd' | 'validUntil'>,
  event: Pick<SaleEvent, 'status' | 'endsAt'>,
  now: Date,
): SaleState {
  const ends = [salesEnd, validUntil, event.endsAt].filter((end) => end !== null);
  if (event.status !== 'PUBLISHED' || ends.some((end) => now >= end)) return { isOpen: false, opensAt: null };
  if (salesStart !== null && now < salesStart) return { isOpen: false, opensAt: salesStart };
  return { isOpen: true };
}
