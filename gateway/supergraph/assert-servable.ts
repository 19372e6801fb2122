import { parse, validate } from 'graphql';
import type { LoadedSupergraph } from './loaded-supergraph.ts';
import type { Supergraph } from './supergraph.ts';

/** @throws when it names a subgraph that nobody knows how to reach */
export function assertReachable({ subgraphs }: Supergraph, isKnown: (subgraph: string) => boolean): void {
  const missing = subgraphs.find(({ name }) => !isKnown(name));
  if (missing)
    throw new Error(`The supergraph names a subgraph that this process does not know: ${missing.name}.`);
}

/**
 * @param operations documents of REST routes and of the gateway's own pages
 * @throws naming the first that it does not answer
 */
export function assertAnswers({ apiSchema }: LoadedSupergraph, operations: readonly string[]): void {
  for (const operation of operations) {
    const [mistake] = validate(apiSchema, parse(operation));
    if (!mistake) continue;
    const [name = ''] = operation.split(/[({]/, 1);
    throw new Error(
      `The supergraph does not answer what a REST route asks: ${name.trim()}: ${mistake.message}`,
    );
  }
}
