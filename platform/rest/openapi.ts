import fastifySwagger from '@fastify/swagger';
import fastifySwaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';

export interface ApiDescription {
  readonly title: string;
  readonly description: string;
}

/** Describes the tagged routes that are registered after it: at /openapi.json, and to try at /docs. */
export async function registerOpenApi(
  app: FastifyInstance,
  { title, description }: ApiDescription,
): Promise<void> {
  await app.register(fastifySwagger, {
    hideUntagged: true,
    openapi: {
      openapi: '3.1.0',
      info: { title, description, version: '1' },
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        },
      },
    },
  });
  await app.register(fastifySwaggerUi, { routePrefix: '/docs' });
  app.get('/openapi.json', async () => app.swagger());
}

/** What every route may answer instead of what was asked for. */
export function failures(...statuses: readonly number[]): Record<number, object> {
  return Object.fromEntries(statuses.map((status) => [status, failure]));
}

const failure = {
  description: 'Why not, in words.',
  type: 'object',
  required: ['detail'],
  properties: { detail: { type: 'string' } },
} as const;
