import type { PayoutResolvers, ResaleListingResolvers } from '../generated/resolver-types.ts';
import { money } from './money.ts';

export const ResaleListing: ResaleListingResolvers = {
  __resolveReference: async ({ id }, { sales }) => (await sales.findListing(id)) ?? null,
  type: async ({ typeId }, _args, { sales }) => await sales.getType(typeId),
  price: money(({ price }) => price),
  seller: ({ sellerId }, _args, { services, viewer }) =>
    services.mayKnowSeller(viewer, sellerId) ? { id: sellerId } : null,
  status: async (listing, _args, { sales }) => await sales.visibleListingStatus(listing),
};

export const Payout: PayoutResolvers = {
  __resolveReference: async ({ id }, { sales, viewer }) => (await sales.visiblePayout(viewer, id)) ?? null,
  listing: async ({ listingId }, _args, { sales }) => await sales.getListing(listingId),
  seller: ({ sellerId }) => ({ id: sellerId }),
  amount: money(({ amount }) => amount),
};
