import { readFileSync } from 'node:fs';
import { Authentication } from '@tixgo/platform/authentication.ts';
import { notFound, subgraphUnavailable } from '@tixgo/platform/errors.ts';
import { buildSubgraph } from '@tixgo/platform/graphql/subgraph.ts';
import { newId } from '@tixgo/platform/ids.ts';
import { createLog } from '@tixgo/platform/logging.ts';
import { AccessTokens } from '@tixgo/platform/tokens.ts';
import { composeSupergraph } from '@tixgo/schema/compose.ts';
import fastify, { type FastifyInstance } from 'fastify';
import { suiteEnvironment } from '../audit/suite-environment.ts';
import type { GatewayEnvironment } from '../env.ts';
import { registerGateway } from '../gateway.ts';
import type { GatewayMetrics } from '../observability/gateway-metrics.ts';
import { hostedSource } from '../sources/hosted-source.ts';
import { AttendanceFeed } from '../streams/attendance-feed.ts';
import {
  type LoadedSupergraph,
  prepareSupergraph,
  supergraphRules,
} from '../supergraph/loaded-supergraph.ts';

const prelude = readFileSync(new URL('../../schema/common.graphql', import.meta.url), 'utf8');
const doorSdl = `${prelude}
type Query {
  checkIn(id: ID!): CheckIn @public
  attendance(eventId: ID!): Attendance @public
}
type Subscription {
  checkIns(eventId: ID!, after: ID): CheckIn! @requiresRole(role: SCANNER)
  attendanceChanged(eventId: ID!): Attendance! @requiresRole(role: SCANNER)
}
type CheckIn @key(fields: "id") { id: ID! }
type Attendance @key(fields: "eventId") { eventId: ID! inside: Int! }
`;

const tokens = new AccessTokens(
  { secret: 'x'.repeat(32), algorithm: 'HS256', lifetimeMinutes: 1 },
  () => new Date(),
);

/** A gateway over one small door, whose state a test sets. */
export interface DoorGateway {
  readonly app: FastifyInstance;
  readonly url: string;
  readonly token: string;
  readonly state: { inside: number; isAway: boolean };
  /** Tells a fact of the door, once more where it has an id. Answers that. */
  change(checkInIds?: readonly string[], factId?: string): Promise<string>;
  /** Serves a supergraph with one more subscription. */
  serve(subscription: string): Promise<void>;
}

export async function doorGateway(
  environment: Partial<GatewayEnvironment> = {},
  metrics?: GatewayMetrics,
): Promise<DoorGateway> {
  const log = createLog('silent');
  const state = { inside: 0, isAway: false };
  const subgraph = buildSubgraph({
    name: 'attendance',
    sdl: doorSdl,
    resolvers: {
      Query: {
        checkIn: (_: unknown, { id }: { id: string }) => {
          if (state.isAway) throw subgraphUnavailable();
          return { id };
        },
        attendance: (_: unknown, { eventId }: { eventId: string }) => {
          if (state.isAway) throw subgraphUnavailable();
          return { eventId, inside: state.inside };
        },
      },
    },
    createContext: (scope) => scope,
    log,
  });
  const app = fastify({ genReqId: () => 'the-request' });
  const feed = new AttendanceFeed();
  const gateway = await registerGateway(app, {
    environment: { ...suiteEnvironment, ...environment },
    supergraph: loaded(doorSdl),
    sources: [hostedSource(subgraph)],
    authentication: new Authentication({ tokens, isEnded: () => false }),
    log,
    metrics,
    streams: {
      feed,
      changesAfter: async () => [],
      assertEventExists: async (eventId) => {
        if (eventId !== 'evt1') throw notFound('event');
      },
      isAccessEnded: () => false,
      onAccessEnd: () => {},
    },
  });
  const consumer = feed.consumer();
  const viewer = {
    id: newId(),
    username: 'dora',
    role: 'SCANNER',
    sessionId: 's',
    issuedAt: new Date(),
  } as const;
  return {
    app,
    url: await app.listen({ port: 0, host: '127.0.0.1' }),
    token: tokens.issue(viewer).token,
    state,
    change: async (checkInIds = [], id = newId()) => {
      const payload = { eventId: 'evt1', checkInIds };
      const occurredAt = new Date().toISOString();
      await consumer.handle({ id, type: 'attendance.changed', version: 1, key: 'evt1', occurredAt, payload });
      return id;
    },
    serve: async (subscription) => {
      const start = 'type Subscription {';
      await gateway.replaceSupergraph(loaded(doorSdl.replace(start, `${start} ${subscription}`)));
    },
  };
}

/** A supergraph of the door alone. */
function loaded(sdl: string): LoadedSupergraph {
  const { supergraphSdl = '', errors } = composeSupergraph([{ name: 'attendance', sdl }]);
  if (errors.length > 0) throw new Error(errors.join('\n'));
  return prepareSupergraph(supergraphSdl, supergraphRules(supergraphSdl, []));
}
