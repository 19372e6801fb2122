import {
  type AccessRules,
  assertEveryRootFieldHasRule,
  assertSameRules,
  readAccessRules,
} from '@tixgo/platform/access/rules.ts';
import type { ExecutableSubgraph } from '@tixgo/platform/graphql/subgraph.ts';
import { parse } from 'graphql';
import { DocumentCache } from '../document/document-cache.ts';
import { plannedNames } from '../document/shadowing-names.ts';
import { OperationCompiler } from '../executor/compiled-operation.ts';
import { loadSupergraph, type Supergraph } from './supergraph.ts';

/** A supergraph with what is kept ready over it; another supergraph begins anew. */
export interface LoadedSupergraph extends Supergraph {
  readonly rules: AccessRules;
  readonly documents: DocumentCache;
}

/**
 * @param hosted subgraphs of this process
 * @throws unless every root field has an access rule, and the subgraphs of this process enforce the same rules
 */
export function prepareSupergraph(sdl: string, hosted: readonly ExecutableSubgraph[]): LoadedSupergraph {
  const document = parse(sdl);
  assertEveryRootFieldHasRule('The supergraph', document);
  const rules = readAccessRules(document);
  for (const subgraph of hosted) assertSameRules(subgraph.name, subgraph.accessRules, rules);
  const supergraph = loadSupergraph(sdl);
  const schema = supergraph.apiSchema;
  const compiler = new OperationCompiler(supergraph);
  const documents = new DocumentCache({ schema, rules, compiler, planned: plannedNames(document) });
  return { ...supergraph, rules, documents };
}
