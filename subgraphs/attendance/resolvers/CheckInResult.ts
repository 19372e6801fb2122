import type { CheckInResultResolvers } from '../generated/resolver-types.ts';

export const CheckInResult: CheckInResultResolvers = {
  __resolveType: (result) => ('reason' in result ? 'CheckInRefusal' : 'CheckIn'),
};
