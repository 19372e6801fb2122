import type { SalesSummaryResolvers, TypeSalesResolvers } from '../generated/resolver-types.ts';

export const SalesSummary: SalesSummaryResolvers = {
  sold: ({ types }) => types.reduce((total, { sold }) => total + sold, 0),
  reserved: ({ types }) => types.reduce((total, { reserved, lapsed }) => total + reserved - lapsed, 0),
  revenue: ({ types }) =>
    [...Map.groupBy(types, ({ currency }) => currency)].map(([currency, ofCurrency]) => ({
      currency,
      amount: ofCurrency.reduce((total, { revenue }) => total + revenue, 0),
    })),
};

export const TypeSales: TypeSalesResolvers = {
  type: (type) => type,
  reserved: ({ reserved, lapsed }) => reserved - lapsed,
  revenue: ({ revenue, currency }) => ({ amount: revenue, currency }),
};
