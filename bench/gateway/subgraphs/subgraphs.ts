import { readFileSync } from 'node:fs';
import {
  buildSubgraph,
  type ExecutableSubgraph,
  type RequestScope,
} from '@tixgo/platform/graphql/subgraph.ts';
import type { Log } from '@tixgo/platform/logging.ts';
import { attendanceResolvers } from './attendance-resolvers.ts';
import { eventResolvers } from './event-resolvers.ts';
import { identityResolvers } from './identity-resolvers.ts';

export const subgraphNames = ['event', 'attendance', 'identity'] as const;
export type SubgraphName = (typeof subgraphNames)[number];

const resolversOf: Readonly<Record<SubgraphName, () => object>> = {
  event: eventResolvers,
  attendance: attendanceResolvers,
  identity: identityResolvers,
};

/** With the prelude that our subgraphs share, its access directives included. */
export function subgraphSdl(name: SubgraphName): string {
  const files = ['../../../schema/common.graphql', `./${name}.graphql`];
  return files.map((file) => readFileSync(new URL(file, import.meta.url), 'utf8')).join('\n');
}

/** Three subgraphs of ours, as all others are built, on data in memory. */
export function buildSubgraphs(log: Log): ExecutableSubgraph[] {
  return subgraphNames.map((name) =>
    buildSubgraph<RequestScope>({
      name,
      sdl: subgraphSdl(name),
      resolvers: resolversOf[name](),
      createContext: (scope) => scope,
      log,
    }),
  );
}
