import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';

/** Routes with this constraint answer people who open the address in a browser; a GraphQL client never meets them. */
export const browserVisit = { visit: 'browser' } as const;

/**
 * GET of the GraphQL path has two owners, this page and the GraphQL handler. A route constraint keeps them
 * apart in the router, so neither knows the other and the order in which they register does not matter.
 */
export function addBrowserVisitConstraint(app: FastifyInstance): void {
  app.addConstraintStrategy({
    name: 'visit',
    storage: () => handlersByKey(),
    deriveConstraint: (request: IncomingMessage) =>
      isBrowserVisit(request) ? browserVisit.visit : undefined,
  });
}

function handlersByKey<Handler>() {
  const handlers = new Map<unknown, Handler>();
  return {
    get: (key: unknown) => handlers.get(key) ?? null,
    set: (key: unknown, handler: Handler) => {
      handlers.set(key, handler);
    },
  };
}

function isBrowserVisit({ method, url = '', headers }: IncomingMessage): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false;
  return prefersHtml(headers.accept ?? '') && !carriesOperation(url);
}

/** With neither parameter it cannot be GraphQL over GET; a persisted query comes with `extensions` alone. */
function carriesOperation(url: string): boolean {
  const parameters = new URLSearchParams(url.split('?', 2)[1]);
  return parameters.has('query') || parameters.has('extensions');
}

/** Wildcards do not count: curl and fetch send them, browsers name text/html. A tie goes to JSON. */
function prefersHtml(accept: string): boolean {
  const weights = new Map(accept.split(',').map(weightOf));
  const json = Math.max(
    weights.get('application/json') ?? 0,
    weights.get('application/graphql-response+json') ?? 0,
  );
  return (weights.get('text/html') ?? 0) > json;
}

function weightOf(range: string): [type: string, weight: number] {
  const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith('q='));
  return [type, quality === undefined ? 1 : Number(quality.slice(2)) || 0];
}
