export const listingStatuses = ['OPEN', 'RESERVED', 'SOLD', 'CANCELED'] as const;
export type ListingStatus = (typeof listingStatuses)[number];

export interface ListingRecord {
  readonly id: string;
  readonly ticketId: string;
  readonly typeId: string;
  readonly eventId: string;
  readonly sellerId: string;
  /** In minor units. */
  readonly price: number;
  readonly currency: string;
  readonly status: ListingStatus;
  /** The order that holds or bought it. */
  readonly orderId: string | null;
  readonly createdAt: Date;
}

/** The one table of how a listing's status moves. */
const transitions: Readonly<Record<ListingStatus, readonly ListingStatus[]>> = {
  OPEN: ['RESERVED', 'CANCELED'],
  RESERVED: ['OPEN', 'SOLD', 'CANCELED'],
  SOLD: [],
  CANCELED: [],
};

export function listingSourcesOf(to: ListingStatus): ListingStatus[] {
  return (Object.keys(transitions) as ListingStatus[]).filter((from) => transitions[from].includes(to));
}

/** The highest price that a ticket may be listed at, in minor units. */
export function highestResalePrice(faceValue: number, maxPercent: number): number {
  return Math.floor((faceValue * maxPercent) / 100);
}
