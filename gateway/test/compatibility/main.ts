import { newId } from '@tixgo/platform/ids.ts';
import fastify, { type FastifyInstance } from 'fastify';
import { productsSystem } from './products-system.ts';

/**
 * Serves our `products` on port 4001 and our gateway on 4000, where the jest files of
 * apollographql/apollo-federation-subgraph-compatibility look for them. They sign nothing; their calls are signed here.
 *
 *   node gateway/test/compatibility/main.ts
 */
const system = await productsSystem('remote');

interface Operation {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

const products = fastify();
products.post<{ Body: Operation }>('/', async ({ body: { query, variables } }) => {
  const viewer = { kind: 'service', name: 'compatibility' } as const;
  return await system.products.execute({ query, variables, viewer, requestId: newId() });
});

const router = fastify();
router.post<{ Body: Operation }>('/', async ({ body: { query, variables } }, reply) => {
  const answer = await system.gateway.inject({
    method: 'POST',
    url: '/graphql',
    payload: { query, variables },
  });
  return await reply.code(answer.statusCode).send(answer.json());
});

async function listen(app: FastifyInstance, port: number): Promise<void> {
  await app.listen({ host: 'localhost', port });
}
await Promise.all([listen(products, 4001), listen(router, 4000)]);
process.stdout.write('products: http://localhost:4001/ gateway: http://localhost:4000/\n');
