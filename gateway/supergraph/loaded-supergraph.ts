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
import { checkKnownScalars } from './known-scalars.ts';
import { loadSupergraph, type Supergraph } from './supergraph.ts';

/** A supergraph with what is kept ready over it; another supergraph begins anew. */
export interface LoadedSupergraph extends Supergraph {
  readonly rules: AccessRules;
  readonly documents: DocumentCache;
}

/** @throws for a text that is no supergraph */
export function prepareSupergraph(sdl: string, rules: AccessRules): LoadedSupergraph {
  const supergraph = loadSupergraph(sdl);
  const schema = supergraph.apiSchema;
  checkKnownScalars(schema);
  const compiler = new OperationCompiler(supergraph);
  const planned = plannedNames(parse(sdl));
  const documents = new DocumentCache({ schema, rules, compiler, planned });
  return { ...supergraph, rules, documents };
}

/**
 * The access rules that a supergraph tells.
 * @param hosted subgraphs of this process
 * @throws unless every root field has one, and the subgraphs of this process enforce the same
 */
export function supergraphRules(sdl: string, hosted: readonly ExecutableSubgraph[]): AccessRules {
  const document = parse(sdl);
  assertEveryRootFieldHasRule('The supergraph', document);
  const rules = readAccessRules(document);
  for (const subgraph of hosted) assertSameRules(subgraph.name, subgraph.accessRules, rules);
  return rules;
}
