import type { RequestScope } from '@tixgo/platform/graphql/subgraph.ts';
import { callerText } from '@tixgo/platform/service-signature.ts';

/** Equal for requests that a subgraph cannot tell apart by who sends them. */
export function callerKey({ viewer, address, userAgent }: RequestScope): string {
  return callerText({ viewer, address, userAgent });
}
