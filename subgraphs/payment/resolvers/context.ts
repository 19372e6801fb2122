import type { RequestScope } from '@tixgo/platform/graphql/subgraph.ts';
import type { PaymentFinder } from '../service/find-payment.ts';
import type { PaymentServices } from '../service/payment-services.ts';

export interface Context extends RequestScope {
  readonly services: PaymentServices;
  readonly payments: PaymentFinder;
}
