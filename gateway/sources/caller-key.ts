import type { RequestScope } from '@tixgo/platform/graphql/subgraph.ts';
import type { Viewer } from '@tixgo/platform/viewer.ts';

/** A viewer comes with many requests, and is written out once. */
const written = new WeakMap<Viewer, string>();

/** Equal for requests that a subgraph cannot tell apart by who sends them. */
export function callerKey({ viewer, address, userAgent }: RequestScope): string {
  let who = written.get(viewer);
  if (who === undefined) {
    who = JSON.stringify(viewer);
    written.set(viewer, who);
  }
  return `${who}${JSON.stringify([address, userAgent])}`;
}
