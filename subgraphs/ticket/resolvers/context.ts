import type { RequestScope } from '@tixgo/platform/graphql/subgraph.ts';
import type { SalesReader } from '../service/sales-reader.ts';
import type { TicketServices } from '../service/ticket-services.ts';

export interface Context extends RequestScope {
  readonly services: TicketServices;
  readonly sales: SalesReader;
}
