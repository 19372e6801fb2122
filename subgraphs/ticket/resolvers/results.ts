import type {
  LimitExceededResolvers,
  ReserveListingResultResolvers,
  ReserveTicketsResultResolvers,
  SalesClosedResolvers,
  SoldOutResolvers,
} from '../generated/resolver-types.ts';

/** An order has no `kind`; what stood in its way says what it is. */
export const ReserveTicketsResult: ReserveTicketsResultResolvers = {
  __resolveType: (result) => ('kind' in result ? result.kind : 'Order'),
};

export const ReserveListingResult: ReserveListingResultResolvers = {
  __resolveType: (result) => ('kind' in result ? result.kind : 'Order'),
};

export const SoldOut: SoldOutResolvers = {
  type: async ({ typeId }, _args, { sales }) => await sales.getType(typeId),
};

export const SalesClosed: SalesClosedResolvers = {
  type: async ({ typeId }, _args, { sales }) => await sales.getType(typeId),
};

export const LimitExceeded: LimitExceededResolvers = {
  type: async ({ typeId }, _args, { sales }) => await sales.getType(typeId),
};
