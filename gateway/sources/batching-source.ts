import type { SubgraphResult } from '@tixgo/platform/graphql/subgraph.ts';
import { beforeAbort } from '@tixgo/platform/http/deadline.ts';
import type { SourceRequest, SubgraphSource } from '@tixgo/platform/subgraphs/subgraph-source.ts';
import { WrittenResult } from '@tixgo/platform/subgraphs/written-result.ts';
import { answerOfEntities, entityTexts } from '../executor/entity-text.ts';
import { callerKey } from './caller-key.ts';
import { FetchesByKind } from './fetches-by-kind.ts';
import { forSeveral } from './for-several.ts';
import { isQuery } from './sharing-source.ts';

/** An entity fetch that waits for others of its kind. */
interface Waiting {
  readonly request: SourceRequest;
  readonly representations: readonly unknown[];
  readonly resolve: (result: SubgraphResult) => void;
  readonly reject: (error: unknown) => void;
}

/** Fetches of one caller with one operation and equal variables, but for the entities. */
interface Kind {
  underWay: number;
  readonly waiting: Waiting[];
}

/** In one batch: some hundred bytes each, a tenth of what a subgraph reads at once. One request may have more by itself. */
const mostRepresentations = 1_000;

/**
 * Joins entity fetches of one caller that come while another of their kind is under way, within one turn of the event
 * loop. One that is alone goes out at once.
 */
export function batchingSource(source: SubgraphSource): SubgraphSource {
  const kinds = new FetchesByKind<Kind>();

  const join = async (
    request: SourceRequest,
    representations: readonly unknown[],
  ): Promise<SubgraphResult> => {
    const { query } = request;
    const caller = callerKey(request) + otherVariables(request);
    const kind = kinds.get(query, caller) ?? { underWay: 0, waiting: [] };
    const isAlone = kind.underWay === 0;
    if (isAlone) kinds.set(query, caller, kind);
    kind.underWay += 1;
    try {
      if (isAlone) return await source.execute(request);
      return await executeWithOthers(source, kind, request, representations);
    } finally {
      kind.underWay -= 1;
      if (kind.underWay === 0) kinds.delete(query, caller);
    }
  };
  return {
    ...source,
    execute: (request) => {
      const representations = request.variables?.representations;
      const isJoined = Array.isArray(representations) && isQuery(request);
      return isJoined ? join(request, representations) : source.execute(request);
    },
  };
}

/** Empty for most. */
function otherVariables({ variables = {} }: SourceRequest): string {
  if (Object.keys(variables).length === 1) return '';
  const { representations: _entities, ...others } = variables;
  return JSON.stringify(others);
}

function executeWithOthers(
  source: SubgraphSource,
  { waiting }: Kind,
  request: SourceRequest,
  representations: readonly unknown[],
): Promise<SubgraphResult> {
  const answer = new Promise<SubgraphResult>((resolve, reject) => {
    const count = waiting.push({ request, representations, resolve, reject });
    if (count === 1) setImmediate(() => answerBatches(source, waiting.splice(0)));
  });
  return beforeAbort(answer, request.signal);
}

function answerBatches(source: SubgraphSource, waiting: readonly Waiting[]): void {
  let batch: Waiting[] = [];
  let count = 0;
  for (const one of waiting) {
    if (batch.length > 0 && count + one.representations.length > mostRepresentations) {
      void answerAll(source, batch);
      [batch, count] = [[], 0];
    }
    batch.push(one);
    count += one.representations.length;
  }
  void answerAll(source, batch);
}

/** Never rejects: what fails is told to each. */
async function answerAll(source: SubgraphSource, batch: readonly Waiting[]): Promise<void> {
  const [first] = batch;
  if (!first) return;
  try {
    if (batch.length === 1) {
      first.resolve(await source.execute(forSeveral(first.request)));
      return;
    }
    const representations = batch.flatMap((one) => one.representations);
    const variables = { ...first.request.variables, representations };
    const result = await source.execute({ ...forSeveral(first.request), variables });
    const part = partsOf(result, representations.length);
    let offset = 0;
    for (const { representations: own, resolve } of batch) {
      resolve(part(offset, own.length));
      offset += own.length;
    }
  } catch (error) {
    for (const { reject } of batch) reject(error);
  }
}

/** What of a result is that of each fetch; of an exact one, so is each part, and nobody reads it for that. */
function partsOf(
  result: SubgraphResult,
  entities: number,
): (offset: number, count: number) => SubgraphResult {
  const texts = result.json && entityTexts(result.json);
  if (texts?.length !== entities) return (offset, count) => partOf(result, offset, count);
  return (offset, count) => new WrittenResult(answerOfEntities(texts.slice(offset, offset + count)));
}

/** The entities of one fetch, and the errors that are about them or about no entity at all. */
function partOf({ data, errors }: SubgraphResult, offset: number, count: number): SubgraphResult {
  const entities = data?._entities;
  const part = Array.isArray(entities) ? { _entities: entities.slice(offset, offset + count) } : data;
  const own = errors?.flatMap((error) => {
    const [root, index, ...rest] = error.path ?? [];
    if (typeof index !== 'number') return [error];
    if (index < offset || index >= offset + count) return [];
    return [{ ...error, path: [root ?? '_entities', index - offset, ...rest] }];
  });
  return { ...(part !== undefined && { data: part }), ...(own && own.length > 0 && { errors: own }) };
}
