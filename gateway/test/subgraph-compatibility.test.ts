import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Answer, userViewer } from '@tixgo/platform/testing/ask.ts';
import { anonymous, type Viewer } from '@tixgo/platform/viewer.ts';
import { type ProductsSystem, productsSystem } from './compatibility/products-system.ts';
import { directivesIn } from './compatibility/written-directives.ts';

/** From the twentieth time on a subgraph answers by compiled code. */
const untilCompiled = 20;

/**
 * The features that apollographql/apollo-federation-subgraph-compatibility asks a subgraph server for, but for federated
 * tracing (ftv1), which ours does not have: a gateway of ours times its fetches by itself.
 */
describe.each([
  ['hosted by the gateway', 'hosted', 0],
  ['hosted and asked often', 'hosted', untilCompiled],
  ['a process away, by signed calls', 'remote', 0],
] as const)('a subgraph of ours, %s,', (_how, way, timesBefore) => {
  let system: ProductsSystem;
  beforeAll(async () => {
    system = await productsSystem(way);
  });
  afterAll(() => system?.close());
  beforeEach(() => {
    system.asked.length = 0;
  });

  const gatewayViewer: Viewer = { kind: 'service', name: 'gateway' };
  async function askProducts(
    query: string,
    variables: Record<string, unknown> = {},
    viewer: Viewer = gatewayViewer,
  ): Promise<Answer> {
    const ask = () => system.products.execute({ query, variables, viewer, requestId: 'the-request' });
    for (let time = 0; time < timesBefore; time += 1) await ask();
    const { data, errors } = await ask();
    return JSON.parse(JSON.stringify({ data, errors }));
  }
  const entities = async (selection: string, ...representations: object[]): Promise<Answer> =>
    await askProducts(
      `query ($representations: [_Any!]!) { _entities(representations: $representations) { ${selection} } }`,
      { representations },
    );
  async function askGateway(query: string): Promise<Answer> {
    const answer = await system.gateway.inject({ method: 'POST', url: '/graphql', payload: { query } });
    return answer.json();
  }
  const aboutProduct = async (selection: string): Promise<Answer> =>
    await askGateway(`{ product(id: "apollo-federation") { ${selection} } }`);
  const told = (coordinate: string) => directivesIn(system.productsSdl, coordinate);
  const composed = (coordinate: string) => directivesIn(system.supergraphSdl, coordinate);

  test('tells its schema to the services and administrators of this system, and to nobody else (_service)', async () => {
    const query = '{ _service { sdl } }';
    const answer = { data: { _service: { sdl: system.productsSdl } } };
    expect(system.productsSdl).toContain('type Product ');
    await expect(askProducts(query)).resolves.toEqual(answer);
    await expect(askProducts(query, {}, userViewer('ADMIN'))).resolves.toEqual(answer);
    for (const [viewer, code] of [
      [anonymous, 'UNAUTHENTICATED'],
      [userViewer('COMMITTEE'), 'FORBIDDEN'],
    ] as const) {
      const { data, errors } = await askProducts(query, {}, viewer);
      expect([data, errors[0].extensions.code]).toEqual([undefined, code]);
    }
  });

  test('says which version of federation it speaks, and what it takes from it (@link)', () => {
    const links = told('schema').filter((directive) => directive.includes('specs.apollo.dev/federation'));
    expect(links).toEqual([
      '@link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@composeDirective", "@extends", "@external", ' +
        '"@inaccessible", "@interfaceObject", "@key", "@override", "@provides", "@requires", "@shareable", "@tag"])',
    ]);
  });

  describe('finds an entity', () => {
    test('by a field (@key single)', async () => {
      expect(told('User')).toContain('@key(fields: "email")');
      const known = { __typename: 'User', email: 'support@apollographql.com' };
      const stranger = { __typename: 'User', email: 'nobody@example.com' };
      await expect(entities('... on User { email name }', known, stranger)).resolves.toEqual({
        data: { _entities: [{ email: 'support@apollographql.com', name: 'Jane Smith' }, null] },
      });
    });

    test('by two fields together (@key multiple)', async () => {
      expect(told('DeprecatedProduct')).toContain('@key(fields: "sku package")');
      const type = { __typename: 'DeprecatedProduct' };
      const key = { sku: 'apollo-federation-v1', package: '@apollo/federation-v1' };
      const answer = await entities(
        '... on DeprecatedProduct { sku package reason }',
        { ...type, ...key },
        { ...type, ...key, package: 'another' },
      );
      expect(answer).toEqual({ data: { _entities: [{ ...key, reason: 'Migrate to Federation V2' }, null] } });
    });

    test('by a field of an object in it (@key composite)', async () => {
      expect(told('ProductResearch')).toContain('@key(fields: "study { caseNumber }")');
      const answer = await entities(
        '... on ProductResearch { study { caseNumber description } }',
        { __typename: 'ProductResearch', study: { caseNumber: '1235' } },
        { __typename: 'ProductResearch', study: { caseNumber: '1234' } },
      );
      expect(answer).toEqual({
        data: {
          _entities: [
            { study: { caseNumber: '1235', description: 'Studio Study' } },
            { study: { caseNumber: '1234', description: 'Federation Study' } },
          ],
        },
      });
    });

    test('by whichever of its keys it is asked with (repeatable @key)', async () => {
      expect(told('Product').filter((directive) => directive.startsWith('@key'))).toEqual([
        '@key(fields: "id")',
        '@key(fields: "sku package")',
        '@key(fields: "sku variation { id }")',
      ]);
      const answer = await entities(
        '... on Product { id sku }',
        { __typename: 'Product', id: 'apollo-federation' },
        { __typename: 'Product', sku: 'federation', package: '@apollo/federation' },
        { __typename: 'Product', sku: 'studio', variation: { id: 'platform' } },
      );
      expect(answer).toEqual({
        data: {
          _entities: [
            { id: 'apollo-federation', sku: 'federation' },
            { id: 'apollo-federation', sku: 'federation' },
            { id: 'apollo-studio', sku: 'studio' },
          ],
        },
      });
    });
  });

  describe('leaves to others what is theirs', () => {
    test('and adds to their types (extend type, @extends, @external)', async () => {
      expect(told('User.yearsOfEmployment')).toEqual(['@external']);
      expect(composed('User')).toContain('@join__type(graph: PRODUCTS, key: "email", extension: true)');
      expect(composed('Product')).toContain('@join__type(graph: INVENTORY, key: "id", extension: true)');
      await expect(aboutProduct('createdBy { yearsOfEmployment }')).resolves.toEqual({
        data: { product: { createdBy: { yearsOfEmployment: 10 } } },
      });
      expect(system.asked).toEqual(['products', 'users']);
    });

    test('and computes from it what it is handed with a reference (@requires)', async () => {
      expect(told('User.averageProductsCreatedPerYear')).toEqual([
        '@requires(fields: "totalProductsCreated yearsOfEmployment")',
      ]);
      const outdated = 'deprecatedProduct(sku: "apollo-federation-v1", package: "@apollo/federation-v1")';
      const selection = 'createdBy { averageProductsCreatedPerYear email }';
      await expect(askGateway(`{ ${outdated} { ${selection} } }`)).resolves.toEqual({
        data: {
          deprecatedProduct: {
            createdBy: { averageProductsCreatedPerYear: 1, email: 'support@apollographql.com' },
          },
        },
      });
      expect(system.asked).toEqual(['products', 'users', 'products']);
    });

    test('and another computes from objects of ours (@requires with a selection)', async () => {
      await expect(aboutProduct('delivery(zip: "94111") { fastestDelivery }')).resolves.toEqual({
        data: { product: { delivery: { fastestDelivery: '5/1/2019' } } },
      });
      expect(system.asked).toEqual(['products', 'inventory']);
    });

    test('but tells of it where it knows it already, without a question to them (@provides)', async () => {
      expect(told('Product.createdBy')).toEqual(['@provides(fields: "totalProductsCreated")']);
      const createdBy = { email: 'support@apollographql.com', totalProductsCreated: 1337 };
      const selection = 'createdBy { email totalProductsCreated }';
      await expect(askProducts(`{ product(id: "apollo-studio") { ${selection} } }`)).resolves.toEqual({
        data: { product: { createdBy } },
      });
      await expect(aboutProduct(selection)).resolves.toEqual({ data: { product: { createdBy } } });
      expect(system.asked).toEqual(['products']);
    });
  });

  describe('shapes the supergraph', () => {
    test('with types that several subgraphs have (@shareable)', async () => {
      expect(told('ProductDimension')).toEqual(['@shareable']);
      expect(composed('ProductDimension')).toEqual([
        '@join__type(graph: INVENTORY)',
        '@join__type(graph: PRODUCTS)',
      ]);
      await expect(aboutProduct('dimensions { size weight }')).resolves.toEqual({
        data: { product: { dimensions: { size: 'small', weight: 1 } } },
      });
    });

    test('with labels that tools read (@tag)', () => {
      expect(told('Product.notes')).toEqual(['@tag(name: "internal")']);
      expect(composed('Product.notes')).toContain('@tag(name: "internal")');
    });

    test('with a field that it took over from another (@override)', async () => {
      expect(told('User.name')).toEqual(['@override(from: "users")']);
      await expect(aboutProduct('createdBy { name }')).resolves.toEqual({
        data: { product: { createdBy: { name: 'Jane Smith' } } },
      });
      expect(system.asked).toEqual(['products']);
    });

    test('with fields that subgraphs see and clients do not (@inaccessible)', async () => {
      expect(told('ProductDimension.unit')).toEqual(['@inaccessible']);
      const query = '{ product(id: "apollo-federation") { dimensions { unit } } }';
      await expect(askProducts(query)).resolves.toEqual({
        data: { product: { dimensions: { unit: 'kg' } } },
      });
      await expect(askGateway(query)).resolves.toMatchObject({
        errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
      });
      expect(system.asked).toEqual([]);
    });

    test('with directives of its own (@composeDirective)', () => {
      expect(told('schema')).toContain('@composeDirective(name: "@custom")');
      expect(told('schema')).toContain(
        '@link(url: "https://myspecs.dev/myCustomDirective/v1.0", import: ["@custom"])',
      );
      expect(system.productsSdl).toContain('directive @custom on OBJECT');
      expect(told('Product')).toContain('@custom');
      expect(composed('Product')).toContain('@custom');
    });

    test('with fields of every type of an interface that it does not know (@interfaceObject)', async () => {
      expect(told('Inventory')).toEqual(['@interfaceObject', '@key(fields: "id")']);
      const query = '{ inventory(id: "apollo-oss") { __typename deprecatedProducts { sku reason } } }';
      await expect(askGateway(query)).resolves.toEqual({
        data: {
          inventory: {
            __typename: 'OpenSourceInventory',
            deprecatedProducts: [{ sku: 'apollo-federation-v1', reason: 'Migrate to Federation V2' }],
          },
        },
      });
      expect(system.asked).toEqual(['inventory', 'products']);
    });
  });
});
