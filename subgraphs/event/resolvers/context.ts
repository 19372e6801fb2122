import type { RequestScope } from '@tixgo/platform/graphql/subgraph.ts';
import type { EventServices } from '../service/event-services.ts';
import type { EventFinder } from '../service/find-event.ts';

export interface Context extends RequestScope {
  readonly services: EventServices;
  readonly events: EventFinder;
}
