import { ApiError } from '@tixgo/platform/errors.ts';
import { buildSubgraph, type ExecutableSubgraph } from '@tixgo/platform/graphql/subgraph.ts';
import { createLog } from '@tixgo/platform/logging.ts';

/** The schema that apollo-federation-subgraph-compatibility asks of a library, with our access rules on its root fields. */
const sdl = `
extend schema
  @link(
    url: "https://specs.apollo.dev/federation/v2.3"
    import: [
      "@composeDirective" "@extends" "@external" "@inaccessible" "@interfaceObject" "@key" "@override" "@provides"
      "@requires" "@shareable" "@tag"
    ]
  )
  @link(url: "https://tixgo.dev/access/v1.0", import: ["@public"])
  @link(url: "https://myspecs.dev/myCustomDirective/v1.0", import: ["@custom"])
  @composeDirective(name: "@public")
  @composeDirective(name: "@custom")

directive @public on FIELD_DEFINITION
directive @custom on OBJECT

extend type Query {
  product(id: ID!): Product @public
  deprecatedProduct(sku: String!, package: String!): DeprecatedProduct
    @public
    @deprecated(reason: "Use product query instead")
}

type Product
  @custom
  @key(fields: "id")
  @key(fields: "sku package")
  @key(fields: "sku variation { id }") {
  id: ID!
  sku: String
  package: String
  variation: ProductVariation
  dimensions: ProductDimension
  createdBy: User @provides(fields: "totalProductsCreated")
  notes: String @tag(name: "internal")
  research: [ProductResearch!]!
}
type ProductVariation { id: ID! }
type ProductDimension @shareable { size: String weight: Float unit: String @inaccessible }

type DeprecatedProduct @key(fields: "sku package") {
  sku: String!
  package: String!
  reason: String
  createdBy: User
}

type ProductResearch @key(fields: "study { caseNumber }") { study: CaseStudy! outcome: String }
type CaseStudy { caseNumber: ID! description: String }

extend type User @key(fields: "email") {
  email: ID! @external
  name: String @override(from: "users")
  totalProductsCreated: Int @external
  yearsOfEmployment: Int! @external
  averageProductsCreatedPerYear: Int @requires(fields: "totalProductsCreated yearsOfEmployment")
}

type Inventory @interfaceObject @key(fields: "id") { id: ID! deprecatedProducts: [DeprecatedProduct!]! }
`;

interface UserReference {
  readonly email: string;
  readonly totalProductsCreated?: number;
  readonly yearsOfEmployment?: number;
}
interface Maker extends UserReference {
  readonly name: string;
}
interface Outdated {
  readonly sku: string;
  readonly package: string;
}
type ProductReference =
  | { readonly id: string }
  | Outdated
  | { readonly sku: string; readonly variation: { readonly id: string } };

const maker: Maker = { email: 'support@apollographql.com', name: 'Jane Smith', totalProductsCreated: 1337 };
const dimensions = { size: 'small', weight: 1, unit: 'kg' };
const studies = {
  federation: { study: { caseNumber: '1234', description: 'Federation Study' }, outcome: null },
  studio: { study: { caseNumber: '1235', description: 'Studio Study' }, outcome: null },
};
const common = { dimensions, createdBy: maker, notes: null };
const products = [
  {
    id: 'apollo-federation',
    sku: 'federation',
    package: '@apollo/federation',
    variation: { id: 'OSS' },
    research: [studies.federation],
    ...common,
  },
  {
    id: 'apollo-studio',
    sku: 'studio',
    package: '',
    variation: { id: 'platform' },
    research: [studies.studio],
    ...common,
  },
];
const outdated = {
  sku: 'apollo-federation-v1',
  package: '@apollo/federation-v1',
  reason: 'Migrate to Federation V2',
  createdBy: maker,
};

const findProduct = (key: ProductReference) =>
  products.find((product) => {
    if ('id' in key) return product.id === key.id;
    if ('package' in key) return product.sku === key.sku && product.package === key.package;
    return product.sku === key.sku && product.variation.id === key.variation.id;
  });
const findOutdated = (key: Outdated) =>
  key.sku === outdated.sku && key.package === outdated.package ? outdated : null;

/** What the subgraph itself tells of a user gives way to what comes with the reference. */
const findUser = (reference: UserReference): Maker | null =>
  reference.email === maker.email ? { ...maker, ...reference } : null;

function averageProducts({ totalProductsCreated, yearsOfEmployment }: UserReference): number {
  if (totalProductsCreated === undefined || yearsOfEmployment === undefined)
    throw new ApiError('BAD_USER_INPUT', 'The average needs the products and the years.');
  return Math.round(totalProductsCreated / yearsOfEmployment);
}

const resolvers = {
  Query: {
    product: (_: unknown, key: { id: string }) => findProduct(key),
    deprecatedProduct: (_: unknown, key: Outdated) => findOutdated(key),
  },
  Product: { __resolveReference: findProduct },
  DeprecatedProduct: { __resolveReference: findOutdated },
  ProductResearch: {
    __resolveReference: ({ study }: { study: { caseNumber: string } }) =>
      Object.values(studies).find((known) => known.study.caseNumber === study.caseNumber),
  },
  User: { __resolveReference: findUser, averageProductsCreatedPerYear: averageProducts },
  Inventory: {
    __resolveReference: ({ id }: { id: string }) =>
      id === 'apollo-oss' ? { id, deprecatedProducts: [outdated] } : null,
  },
};

export const productsSubgraph = (): ExecutableSubgraph =>
  buildSubgraph({
    name: 'products',
    sdl,
    resolvers,
    createContext: (scope) => scope,
    log: createLog('silent'),
  });
