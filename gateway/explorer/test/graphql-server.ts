import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { buildSubgraphSchema } from '@apollo/subgraph';
import fastifyApollo from '@as-integrations/fastify';
import fastify, { type FastifyInstance } from 'fastify';
import { GraphQLError, parse } from 'graphql';
import { createHandler } from 'graphql-sse/lib/use/fastify';
import { registerExplorer } from '../explorer.ts';

const typeDefs = `
  type Query {
    "When people may come in."
    doors: String!
    "The Authorization header of this very request."
    authorization: String
  }
  type Subscription {
    "How many have come in, and who asks."
    admitted(from: Int!): Admitted!
    "Nothing comes, and it does not end."
    waiting: Boolean
  }
  type Admitted { count: Int! authorization: String }
  type Mutation {
    login(input: LoginInput!): Session!
    logout: Boolean!
  }
  input LoginInput { username: String! password: String! }
  type Session { accessToken: String! expiresAt: String! user: User! }
  type User { username: String! role: String }
`;

export const firstQuery = 'query Doors {\n  doors\n  authorization\n}\n';
export const password = 'admin123';
export const accessToken = 'token-of-the-admin';
export const wrongPassword = 'The username or the password is wrong.';

type Asking = Readonly<Record<'authorization', string | undefined>>;

interface LoginArguments {
  readonly input: { readonly username: string; readonly password: string };
}

/** The `waiting` subscriptions that are open. */
export const waiting = new Set<object>();

/** Its end can be told at any time, which a generator could not while it waits. */
function waitForNothing(): AsyncIterableIterator<never> {
  const over: IteratorReturnResult<undefined> = { done: true, value: undefined };
  const end = Promise.withResolvers<typeof over>();
  const iterator: AsyncIterableIterator<never> = {
    next: () => end.promise,
    return: async () => {
      waiting.delete(iterator);
      end.resolve(over);
      return over;
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  waiting.add(iterator);
  return iterator;
}

const resolvers = {
  Query: {
    doors: () => 'Doors open at eight',
    authorization: (_root: unknown, _arguments: unknown, asking: Asking) => asking.authorization,
  },
  Subscription: {
    admitted: {
      subscribe: async function* (_root: unknown, { from }: { from: number }, asking: Asking) {
        for (let count = from; count < from + 3; count += 1) yield { admitted: { count, ...asking } };
      },
    },
    waiting: { subscribe: waitForNothing },
  },
  Mutation: {
    login: (_root: unknown, { input }: LoginArguments) => {
      if (input.password !== password) throw new GraphQLError(wrongPassword);
      const user = { username: input.username, role: 'ADMIN' };
      return { accessToken, expiresAt: '2036-05-01T20:00:00.000Z', user };
    },
    logout: () => true,
  },
};

export interface GraphqlServer {
  readonly app: FastifyInstance;
  readonly url: string;
}

/** As the gateway: Apollo Server behind Fastify at /graphql, on a port of its own; the explorers when they are on. */
export async function startGraphqlServer({ explorer = true } = {}): Promise<GraphqlServer> {
  const app = fastify();
  const schema = buildSubgraphSchema([{ typeDefs: parse(typeDefs), resolvers }]);
  const apollo = new ApolloServer<Asking>({
    schema,
    plugins: [ApolloServerPluginLandingPageDisabled(), ApolloServerPluginInlineTraceDisabled()],
  });
  await apollo.start();
  await app.register(fastifyApollo(apollo), {
    path: '/graphql',
    context: async ({ headers }) => ({ authorization: headers.authorization }),
  });
  const streams = createHandler<Asking>({
    schema,
    context: ({ raw }) => ({ authorization: raw.headers.authorization }),
  });
  app.post('/graphql/stream', async (request, reply) => await streams(request, reply));
  if (explorer)
    await registerExplorer(app, { graphqlPath: '/graphql', streamPath: '/graphql/stream', firstQuery });
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  return { app, url: `http://localhost:${new URL(address).port}` };
}
