import type { PayOrderResultResolvers } from '../generated/resolver-types.ts';

export const PayOrderResult: PayOrderResultResolvers = {
  __resolveType: (result) => {
    if ('id' in result) return 'Payment';
    return 'payment' in result ? 'PaymentDeclined' : 'OrderNotPayable';
  },
};
