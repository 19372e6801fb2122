import { dateTimeScalar } from '@tixgo/platform/graphql/date-time.ts';
import { minorUnitsScalar } from '@tixgo/platform/graphql/minor-units.ts';
import type { Resolvers } from '../generated/resolver-types.ts';
import { completeSandboxAction } from './mutations/completeSandboxAction.ts';
import { payOrder } from './mutations/payOrder.ts';
import { refundPayment } from './mutations/refundPayment.ts';
import { Order } from './Order.ts';
import { Payment } from './Payment.ts';
import { PaymentDeclined } from './PaymentDeclined.ts';
import { PayOrderResult } from './PayOrderResult.ts';
import { Query } from './Query.ts';
import { Refund } from './Refund.ts';

export const resolvers: Resolvers = {
  DateTime: dateTimeScalar,
  MinorUnits: minorUnitsScalar,
  Query,
  Mutation: { completeSandboxAction, payOrder, refundPayment },
  Order,
  PayOrderResult,
  Payment,
  PaymentDeclined,
  Refund,
};
