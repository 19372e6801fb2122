import { readFileSync } from 'node:fs';

/** The committed supergraph: the API with its join and access directives. */
export function readSupergraphSdl(): string {
  return readFileSync(new URL('./supergraph.graphql', import.meta.url), 'utf8');
}
