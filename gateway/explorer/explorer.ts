import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { serveBrowserFiles, serveGraphqlSse, serveRuru } from './assets.ts';
import { addBrowserVisitConstraint, browserVisit } from './browser-visit.ts';
import { offlinePolicy, sandboxPolicy } from './content-security-policy.ts';
import { firstQuery as defaultFirstQuery } from './first-query.ts';
import { landingPage } from './landing-page.ts';
import { offlinePage } from './offline-page.ts';
import { type Page, renderPage } from './page.ts';
import type { ExplorerPaths } from './paths.ts';

export interface ExplorerSettings {
  /** Where the GraphQL handler listens, on the same origin: `/graphql`. */
  readonly graphqlPath: string;
  /** Where its subscriptions are answered, on the same origin. */
  readonly streamPath: string;
  /** What both explorers open with. */
  readonly firstQuery?: string;
}

/**
 * Adds two pages: a browser that opens `graphqlPath` gets Apollo Sandbox, and `/explorer` is Ruru (GraphiQL)
 * from node_modules, which needs no internet. Both have a bar to change over and to sign in.
 *
 * Call it once on the root instance, only when EXPLORER is on. The GraphQL handler is registered as if this
 * was not here, before or after: a request that does not ask for HTML, or that carries an operation, passes by.
 *
 *     if (env.explorer) await registerExplorer(app, { graphqlPath: '/graphql', streamPath: '/graphql/stream' });
 *     await app.register(fastifyApollo(apollo), { path: '/graphql' });
 *
 * The pages read the schema by introspection and sign in by `login(input:)`, both through `graphqlPath`.
 */
export async function registerExplorer(app: FastifyInstance, settings: ExplorerSettings): Promise<void> {
  const { graphqlPath, streamPath, firstQuery = defaultFirstQuery } = settings;
  const paths: ExplorerPaths = {
    graphql: graphqlPath,
    stream: streamPath,
    offline: '/explorer',
    assets: await serveBrowserFiles(app, '/explorer/assets/'),
    ruru: await serveRuru(app, '/explorer/ruru/'),
    graphqlSse: await serveGraphqlSse(app, '/explorer/graphql-sse/'),
  };
  addBrowserVisitConstraint(app);
  const landing = landingPage(firstQuery, paths);
  app.get(graphqlPath, { constraints: browserVisit }, (_request, reply) =>
    send(reply, landing, paths, sandboxPolicy),
  );
  const offline = offlinePage(firstQuery, paths);
  app.get(paths.offline, (_request, reply) => send(reply, offline, paths, offlinePolicy));
}

function send(
  reply: FastifyReply,
  page: Page,
  paths: ExplorerPaths,
  policyFor: (nonce: string) => string,
): FastifyReply {
  const nonce = randomBytes(16).toString('base64');
  return reply
    .headers({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policyFor(nonce),
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      vary: 'accept',
    })
    .send(renderPage(page, paths, nonce));
}
