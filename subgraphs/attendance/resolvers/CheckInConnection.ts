import type { CheckInConnectionResolvers } from '../generated/resolver-types.ts';

export const CheckInConnection: CheckInConnectionResolvers = {
  totalCount: async ({ countAll }) => await countAll(),
};
