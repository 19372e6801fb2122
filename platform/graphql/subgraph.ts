import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  type DocumentNode,
  type ExecutionResult,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  parse,
  validate,
} from 'graphql';
import {
  assertMayRun,
  type DocumentRequirements,
  documentRequirements,
  requirementsOf,
} from '../access/requirements.ts';
import { type AccessRules, assertEveryRootFieldHasRule, readAccessRules } from '../access/rules.ts';
import type { ProtocolCode } from '../errors.ts';
import { isObject } from '../json-values.ts';
import type { Log } from '../logging.ts';
import type { Viewer } from '../viewer.ts';
import { BoundedCache } from './bounded-cache.ts';
import { answerEntities, guardReferences } from './entities.ts';
import { type OperationRunner, operationRunner } from './operation-runner.ts';
import { publicError, raised } from './public-errors.ts';

/** Who asks, and under which id it is found in the log. */
export interface RequestScope {
  readonly viewer: Viewer;
  readonly requestId: string;
  /** The client's network address, for throttling; undefined for a service. */
  readonly address?: string | undefined;
  /** The client's User-Agent header, by which people tell their sessions apart. */
  readonly userAgent?: string | undefined;
  /** Of the trace that it is a part of, as W3C Trace Context has it; whoever asks may have made it up. */
  readonly traceparent?: string | undefined;
  /** By `performance.now()`: nobody waits for the answer any longer. Undefined where the caller says nothing. */
  readonly deadline?: number | undefined;
}

export interface SubgraphRequest extends RequestScope {
  readonly query: string;
  readonly variables?: { readonly [name: string]: unknown } | undefined;
  readonly operationName?: string | undefined;
}

export type SubgraphResult = ToldResult | ExactResult;

export interface ToldResult {
  readonly data?: ExecutionResult['data'];
  readonly errors?: readonly GraphQLFormattedError[];
  readonly isExact?: never;
  readonly json?: never;
}

/**
 * Without errors, and executed by our own code: the data have what the operation asks for, in its order and of its types,
 * and nothing else.
 */
export interface ExactResult {
  readonly data: AnsweredData;
  readonly errors?: never;
  readonly isExact: true;
  /** All of it, where it is written out already. */
  readonly json?: WrittenJson;
}

/** In UTF-8. */
export type WrittenJson = Buffer;

type AnsweredData = NonNullable<ExecutionResult['data']>;

/** Whether a result that our own code executed is exact. */
export function hasDataAlone(result: ToldResult): result is ToldResult & { readonly data: AnsweredData } {
  return isObject(result.data) && !result.errors;
}

/** Answers operations on its own schema; whoever calls has authenticated the viewer. */
export interface ExecutableSubgraph {
  readonly name: string;
  readonly schema: GraphQLSchema;
  readonly accessRules: AccessRules;
  execute(request: SubgraphRequest): Promise<ToldResult>;
}

type SubgraphModule = Parameters<typeof buildSubgraphSchema>[0] extends infer Argument
  ? Extract<Argument, readonly unknown[]>[number]
  : never;

export interface SubgraphDefinition<Context> {
  readonly name: string;
  /** The shared prelude and the subgraph's own text. */
  readonly sdl: string;
  /** Typed by codegen in each subgraph; Apollo's own type is wider. */
  readonly resolvers: object;
  readonly createContext: (scope: RequestScope) => Context;
  readonly log: Log;
}

/** Documents come from the gateway's plans, a few hundred shapes; more are a stranger's. */
const preparedDocuments = 1_000;

interface PreparedDocument {
  readonly document: DocumentNode;
  readonly requirements: DocumentRequirements;
  /** By the name of the operation. */
  readonly runners: Map<string, OperationRunner>;
}

/** @throws when a root field has no access rule */
export function buildSubgraph<Context extends RequestScope>(
  definition: SubgraphDefinition<Context>,
): ExecutableSubgraph {
  const { name, sdl, resolvers, createContext, log } = definition;
  const typeDefs = parse(sdl);
  assertEveryRootFieldHasRule(`Subgraph ${name}`, typeDefs);
  const accessRules = readAccessRules(typeDefs);
  const guarded: AccessRules = new Map([...accessRules, ['Query._service', { kind: 'role', role: 'ADMIN' }]]);
  const schema = buildSubgraphSchema([{ typeDefs, resolvers } as SubgraphModule]);
  guardReferences(schema, accessRules);
  answerEntities(schema);
  const prepared = new BoundedCache<string, PreparedDocument>(preparedDocuments);

  const prepare = (query: string): PreparedDocument => {
    const known = prepared.get(query);
    if (known) return known;
    const document = parseDocument(query);
    const [invalid] = validate(schema, document);
    if (invalid) throw withCode(invalid, 'GRAPHQL_VALIDATION_FAILED');
    const requirements = documentRequirements(schema, guarded, document);
    const fresh = { document, requirements, runners: new Map<string, OperationRunner>() };
    prepared.set(query, fresh);
    return fresh;
  };

  const run = async ({
    query,
    variables,
    operationName,
    ...scope
  }: SubgraphRequest): Promise<ExecutionResult> => {
    const { document, requirements, runners } = prepare(query);
    const operation = chosenOperation(requirements, operationName);
    assertMayRun(scope.viewer, requirementsOf(requirements, operation));
    const runner = runners.get(operation) ?? operationRunner(schema, document, operation || undefined);
    runners.set(operation, runner);
    return await runner({ contextValue: createContext(scope), variables });
  };

  return {
    name,
    schema,
    accessRules,
    async execute(request) {
      const shape = (error: unknown) => publicError(raised(error), request.requestId, log);
      try {
        const { data, errors } = await run(request);
        return { ...(data !== undefined && { data }), ...(errors && { errors: errors.map(shape) }) };
      } catch (error) {
        return { errors: [shape(error)] };
      }
    },
  };
}

function parseDocument(query: string): DocumentNode {
  try {
    return parse(query);
  } catch (error) {
    throw error instanceof GraphQLError ? withCode(error, 'GRAPHQL_PARSE_FAILED') : error;
  }
}

function withCode(error: GraphQLError, code: ProtocolCode): GraphQLError {
  return new GraphQLError(error.message, {
    source: error.source ?? null,
    positions: error.positions ?? null,
    extensions: { code },
  });
}

/** A document of one operation need not have it named. */
function chosenOperation(requirements: DocumentRequirements, operationName: string | undefined): string {
  const [only, ...others] = requirements.keys();
  const chosen = operationName ?? (others.length === 0 ? only : undefined);
  if (chosen !== undefined && requirements.has(chosen)) return chosen;
  const code: ProtocolCode = 'OPERATION_RESOLUTION_FAILURE';
  throw new GraphQLError('Name one of the document’s operations.', { extensions: { code } });
}
