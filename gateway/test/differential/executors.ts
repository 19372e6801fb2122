import { ApolloGateway, type GraphQLDataSource } from '@apollo/gateway';
import { hasDataAlone, type SubgraphResult, type ToldResult } from '@tixgo/platform/graphql/subgraph.ts';
import { WrittenResult } from '@tixgo/platform/subgraphs/written-result.ts';
import { anonymous } from '@tixgo/platform/viewer.ts';
import { type DocumentNode, type GraphQLSchema, parse, print } from 'graphql';
import { defaultVariables } from '../../executor/variables.ts';
import { decided, withoutEmptySelections } from '../../operation/conditions.ts';
import { operationDocument, operationOf } from '../../operation/operation-document.ts';
import { withPlainRoot } from '../../operation/plain-root.ts';
import { sendTo } from '../../sources/send.ts';
import { type LoadedSupergraph, prepareSupergraph } from '../../supergraph/loaded-supergraph.ts';
import { keepStockGatewaySilent } from './env.ts';
import { type FakeSubgraph, fakeSubgraph, type MutationLog, monolithAnswer } from './fake-subgraph.ts';
import type { FakeWorld } from './fake-world.ts';
import { FederationFacts, type SubgraphText } from './federation-facts.ts';
import type { RandomOperation } from './random-operation.ts';

export interface Answer extends ToldResult {
  readonly mutations: MutationLog;
}

export interface OwnAnswer extends Answer {
  /** What it was written as, where it was. */
  readonly written: string | undefined;
}

export interface StockAnswer extends Answer {
  /** Nulls where none may be, which the stock gateway tells beside its errors. */
  readonly completionErrors: SubgraphResult['errors'];
}

/** The same services behind our gateway, behind the stock one, and as one service that has everything. */
export class Executors {
  readonly schema: GraphQLSchema;
  readonly facts: FederationFacts;
  readonly #supergraph: LoadedSupergraph;
  readonly #subgraphs: readonly FakeSubgraph[];
  readonly #stock: ApolloGateway;
  readonly #stockExecutor: StockExecutor;
  #asked: { world: FakeWorld; log: MutationLog } | undefined;

  static async start(supergraphSdl: string, texts: readonly SubgraphText[]): Promise<Executors> {
    keepStockGatewaySilent();
    const facts = new FederationFacts(texts);
    const subgraphs = texts.map((text) => fakeSubgraph(text, facts));
    facts.knowSchemas(subgraphs.map(({ schema }) => schema));
    let executors: Executors | undefined;
    const stock = new ApolloGateway({
      supergraphSdl,
      logger: silent,
      buildService: ({ name }) =>
        ({
          process: async (options) => await executors?.stockSource(name ?? '', options),
        }) as GraphQLDataSource,
    });
    const { executor } = await stock.load();
    executors = new Executors(prepareSupergraph(supergraphSdl, new Map()), facts, subgraphs, stock, executor);
    return executors;
  }

  private constructor(
    supergraph: LoadedSupergraph,
    facts: FederationFacts,
    subgraphs: readonly FakeSubgraph[],
    stock: ApolloGateway,
    stockExecutor: StockExecutor,
  ) {
    this.#supergraph = supergraph;
    this.schema = supergraph.apiSchema;
    this.facts = facts;
    this.#subgraphs = subgraphs;
    this.#stock = stock;
    this.#stockExecutor = stockExecutor;
  }

  async stop(): Promise<void> {
    await this.#stock.stop();
  }

  async monolith(world: FakeWorld, { source, operationName, variables }: RandomOperation): Promise<Answer> {
    const mutations: MutationLog = [];
    const asked = { document: parse(source), operationName, variables };
    return { ...(await monolithAnswer(this.schema, this.facts, world, mutations, asked)), mutations };
  }

  /** @param areMarked whether the services say which of their results are exact */
  async ours(
    world: FakeWorld,
    { source, operationName, variables }: RandomOperation,
    areMarked: boolean,
  ): Promise<OwnAnswer> {
    const mutations: MutationLog = [];
    const { documents } = this.#supergraph;
    const asked =
      documents.find(source, operationName) ??
      documents.prepare(source, parse(source), operationName, anonymous);
    if (!asked) throw new Error('Our gateway finds no such operation.');
    const sources = this.#subgraphs.map(
      (subgraph) =>
        [
          subgraph.name,
          {
            name: subgraph.name,
            execute: async ({
              query,
              variables: given,
            }: {
              query: string;
              variables?: object | undefined;
            }) => {
              const result = await subgraph.execute(world, mutations, query, given ?? {});
              return areMarked ? marked(result) : result;
            },
            close: async () => {},
          },
        ] as const,
    );
    const send = sendTo(new Map(sources))({
      viewer: anonymous,
      requestId: 'differential',
      signal: AbortSignal.timeout(60_000),
      deadline: performance.now() + 60_000,
    });
    const { data, errors, json } = await asked.operation.execute(variables, asked.literalValues, send);
    const told = { data, errors: errors?.map(({ message, path }) => ({ message, path })) };
    return { ...plain(told, mutations), written: json?.toString() };
  }

  /** It gets the document as we plan it: other plans may ask services that fail otherwise. */
  async stock(world: FakeWorld, { source, operationName, variables }: RandomOperation): Promise<StockAnswer> {
    const mutations: MutationLog = [];
    this.#asked = { world, log: mutations };
    const document = this.#asPlanned(parse(source), operationName, variables);
    const request = { query: source, operationName, variables };
    const context = {
      request,
      document,
      source,
      queryHash: source,
      logger: silent,
      context: {},
      metrics: {},
    };
    const { data, errors, extensions } = await this.#stockExecutor(context as never);
    const completionErrors = (extensions as { valueCompletion?: SubgraphResult['errors'] } | undefined)
      ?.valueCompletion;
    return {
      ...plain({ data, errors }, mutations),
      completionErrors: JSON.parse(JSON.stringify(completionErrors ?? [])),
    };
  }

  #asPlanned(document: DocumentNode, operationName: string, given: object): DocumentNode {
    const asked = operationDocument(document, operationName);
    if (!asked) throw new Error(`No operation ${operationName}`);
    const variables = { ...defaultVariables(this.schema, operationOf(asked)), ...given };
    return parse(print(withoutEmptySelections(withPlainRoot(decided(asked, variables)))));
  }

  async stockSource(name: string, { request }: Parameters<GraphQLDataSource['process']>[0]) {
    const subgraph = this.#subgraphs.find((one) => one.name === name);
    if (!subgraph || !this.#asked) throw new Error(`No subgraph ${name}`);
    const { world, log } = this.#asked;
    return await subgraph.execute(world, log, request.query ?? '', request.variables ?? {});
  }
}

/** From a service of ours, which says that a result is exact. */
const marked = (told: ToldResult): SubgraphResult =>
  hasDataAlone(told) ? new WrittenResult(Buffer.from(JSON.stringify({ data: told.data }))) : told;

type StockExecutor = Awaited<ReturnType<ApolloGateway['load']>>['executor'];

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

function plain({ data, errors }: { data?: unknown; errors?: unknown }, mutations: MutationLog): Answer {
  return { ...(JSON.parse(JSON.stringify({ data, errors })) as ToldResult), mutations };
}
