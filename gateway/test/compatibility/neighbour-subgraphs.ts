import { ApiError } from '@tixgo/platform/errors.ts';
import { buildSubgraph, type ExecutableSubgraph } from '@tixgo/platform/graphql/subgraph.ts';
import { createLog } from '@tixgo/platform/logging.ts';

const usersSdl = `
extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])

type User @key(fields: "email") {
  email: ID!
  name: String
  totalProductsCreated: Int @shareable
  yearsOfEmployment: Int!
}
`;

/** Differs from what products tells of the same user wherever both may tell it. */
const user = {
  email: 'support@apollographql.com',
  name: 'Apollo Studio Support',
  totalProductsCreated: 10,
  yearsOfEmployment: 10,
};

/** The users whom products extends. */
export const usersSubgraph = (): ExecutableSubgraph =>
  buildSubgraph({
    name: 'users',
    sdl: usersSdl,
    resolvers: {
      User: { __resolveReference: ({ email }: { email: string }) => (email === user.email ? user : null) },
    },
    createContext: (scope) => scope,
    log: createLog('silent'),
  });

const inventorySdl = `
extend schema
  @link(
    url: "https://specs.apollo.dev/federation/v2.3"
    import: ["@composeDirective" "@extends" "@external" "@key" "@requires" "@shareable"]
  )
  @link(url: "https://tixgo.dev/access/v1.0", import: ["@public"])
  @composeDirective(name: "@public")

directive @public on FIELD_DEFINITION

type Query { inventory(id: ID!): Inventory @public }

type Product @extends @key(fields: "id") {
  id: ID! @external
  dimensions: ProductDimension @external
  delivery(zip: String): DeliveryEstimates @requires(fields: "dimensions { size weight }")
}
type ProductDimension @shareable { size: String weight: Float }
type DeliveryEstimates { estimatedDelivery: String fastestDelivery: String }

interface Inventory @key(fields: "id") { id: ID! products: [Product!]! }
type OpenSourceInventory implements Inventory @key(fields: "id") { id: ID! products: [Product!]! }
`;

interface Parcel {
  readonly dimensions?: { readonly size: string; readonly weight: number };
}

const inventory = { id: 'apollo-oss', products: [{ id: 'apollo-federation' }] };

/** Small and light things come on the first day. */
function deliveryOf({ dimensions }: Parcel) {
  if (!dimensions) throw new ApiError('BAD_USER_INPUT', 'A delivery needs the dimensions.');
  const isQuick = dimensions.size === 'small' && dimensions.weight === 1;
  return { estimatedDelivery: '5/1/2019', fastestDelivery: isQuick ? '5/1/2019' : '5/9/2019' };
}

/** The interface that products knows as an object, and a field that needs what products tells. */
export const inventorySubgraph = (): ExecutableSubgraph =>
  buildSubgraph({
    name: 'inventory',
    sdl: inventorySdl,
    resolvers: {
      Query: {
        inventory: (_: unknown, { id }: { id: string }) => (id === inventory.id ? inventory : null),
      },
      Inventory: { __resolveType: () => 'OpenSourceInventory' },
      Product: { delivery: deliveryOf },
    },
    createContext: (scope) => scope,
    log: createLog('silent'),
  });
