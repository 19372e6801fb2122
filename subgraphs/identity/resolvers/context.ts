import type { RequestScope } from '@tixgo/platform/graphql/subgraph.ts';
import type { UserFinder } from '../service/find-user.ts';
import type { IdentityServices } from '../service/identity-services.ts';

export interface Context extends RequestScope {
  readonly services: IdentityServices;
  readonly users: UserFinder;
}
