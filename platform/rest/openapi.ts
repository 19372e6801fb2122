import fastifySwagger from '@fastify/swagger';
import fastifySwaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance, onRequestAsyncHookHandler, RouteOptions } from 'fastify';
import { icon } from '../icon.ts';
import { cookieNames } from './session-cookies.ts';

export interface ApiDescription {
  readonly title: string;
  readonly description: string;
  /** How browsers reach the service. */
  readonly publicUrl: string;
  /** Whether it can be tried in a browser; the document is there either way. */
  readonly hasPage: boolean;
}

/** Of a route that takes who is signed in, either way. */
export const signedIn = [{ bearer: [] }, { cookie: [] }];

/** Swagger UI writes styles into its elements as it runs; scripts are its own files alone. */
const docsPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const svg = 'image/svg+xml';

/** Describes the tagged routes that are registered after it: at /openapi.json, and to try at /docs. */
export async function registerOpenApi(
  app: FastifyInstance,
  { title, description, publicUrl, hasPage }: ApiDescription,
): Promise<void> {
  await app.register(fastifySwagger, {
    hideUntagged: true,
    openapi: {
      openapi: '3.1.0',
      info: { title, description, version: '1' },
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
          cookie: { type: 'apiKey', in: 'cookie', name: cookieNames(publicUrl).access },
        },
      },
    },
  });
  if (hasPage) await registerPage(app, title);
  app.get('/openapi.json', async () => app.swagger());
}

const pagePath = '/docs';

async function registerPage(app: FastifyInstance, title: string): Promise<void> {
  await app.register(fastifySwaggerUi, {
    routePrefix: pagePath,
    staticCSP: docsPolicy,
    // Its default shows the document to a service on the internet.
    uiConfig: { validatorUrl: null },
    logo: { type: svg, content: icon },
    theme: {
      title,
      favicon: [{ filename: 'icon.svg', rel: 'icon', type: svg, sizes: 'any', content: icon }],
    },
    uiHooks: { onRequest: withoutQuery },
  });
}

/** The page finds the document by adding to its own address, which must have no query then. */
const withoutQuery: onRequestAsyncHookHandler = async (request, reply) => {
  if (request.url.includes('?')) return await reply.redirect(pagePath);
};

/** What a route may answer instead of what was asked for, besides what all of them may. */
export function failures(...statuses: readonly (keyof typeof reasons)[]): Record<number, object> {
  return Object.fromEntries(statuses.map((status) => [status, { ...failure, description: reasons[status] }]));
}

/** Adds what any route may answer, whatever it does. */
export function addCommonFailures(route: RouteOptions): void {
  const { schema, method } = route;
  const isWrite = ![method].flat().every((each) => each === 'GET' || each === 'HEAD');
  route.schema = {
    ...schema,
    response: {
      ...failures(400, 401, 429, 503),
      ...(isWrite && failures(403, 413, 415)),
      ...Object(schema?.response),
    },
  };
}

const failure = {
  type: 'object',
  required: ['detail'],
  additionalProperties: false,
  properties: { detail: { type: 'string', description: 'Why not, in words.' } },
} as const;

const reasons = {
  400: 'Something that was sent does not fit.',
  401: 'Not signed in, or with a token that is no longer good.',
  402: 'The payment was declined.',
  403: 'Not with this role; or a page of another site asked.',
  404: 'There is no such thing, or it is not yours.',
  408: 'Nothing more came of the body for too long.',
  409: 'The thing is in a state that does not allow this.',
  413: 'The body is too large.',
  415: 'The body is not JSON.',
  422: 'What was sent was read to its end, and nothing of it was taken.',
  429: 'Too many requests; go on after `Retry-After` seconds.',
  503: 'A part of the system does not answer just now; try again after `Retry-After` seconds.',
} as const;
