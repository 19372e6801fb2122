import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import fastifyApollo from '@as-integrations/fastify';
import fastify, { type FastifyInstance } from 'fastify';
import { GraphQLError } from 'graphql';
import { registerExplorer } from '../explorer.ts';

const typeDefs = `
  type Query {
    "When people may come in."
    doors: String!
    "The Authorization header of this very request."
    authorization: String
  }
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

interface Asking {
  readonly authorization: string | undefined;
}

interface LoginArguments {
  readonly input: { readonly username: string; readonly password: string };
}

const resolvers = {
  Query: {
    doors: () => 'Doors open at eight',
    authorization: (_root: unknown, _arguments: unknown, asking: Asking) => asking.authorization,
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
  const apollo = new ApolloServer<Asking>({
    typeDefs,
    resolvers,
    plugins: [ApolloServerPluginLandingPageDisabled()],
  });
  await apollo.start();
  await app.register(fastifyApollo(apollo), {
    path: '/graphql',
    context: async ({ headers }) => ({ authorization: headers.authorization }),
  });
  if (explorer) await registerExplorer(app, { graphqlPath: '/graphql', firstQuery });
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  return { app, url: `http://localhost:${new URL(address).port}` };
}
