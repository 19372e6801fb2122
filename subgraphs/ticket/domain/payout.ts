export const payoutStatuses = ['DUE', 'HELD', 'SETTLED', 'CANCELED'] as const;
export type PayoutStatus = (typeof payoutStatuses)[number];

export interface PayoutRecord {
  readonly id: string;
  readonly listingId: string;
  readonly sellerId: string;
  /** In minor units. */
  readonly amount: number;
  readonly currency: string;
  readonly status: PayoutStatus;
  readonly createdAt: Date;
  readonly settledAt: Date | null;
}
