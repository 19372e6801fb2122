import type { SubgraphResult } from '../graphql/subgraph.ts';
import { newId } from '../ids.ts';
import type { SubgraphSource } from '../subgraphs/subgraph-source.ts';
import { anonymous, type Role, type UserViewer, type Viewer } from '../viewer.ts';

// biome-ignore lint/suspicious/noExplicitAny: a test reads whatever shape it asked for
export type Answer = any;

/** A signed-in person, as the gateway would hand them on. */
export function userViewer(role: Role, username = role.toLowerCase()): UserViewer {
  return { kind: 'user', id: newId(), username, role, sessionId: newId(), issuedAt: new Date() };
}

/** Asks a subgraph, in process or over its source, through its schema, access rules and error shaping. */
export class SubgraphClient {
  readonly #subgraph: Pick<SubgraphSource, 'execute'>;

  constructor(subgraph: Pick<SubgraphSource, 'execute'>) {
    this.#subgraph = subgraph;
  }

  async answer(
    query: string,
    variables: Record<string, unknown> = {},
    viewer: Viewer = anonymous,
  ): Promise<SubgraphResult> {
    return await this.#subgraph.execute({ query, variables, viewer, requestId: newId() });
  }

  /** The answer's data; an error fails the test and shows query, variables and answer. */
  async data(
    query: string,
    variables: Record<string, unknown> = {},
    viewer: Viewer = anonymous,
  ): Promise<Answer> {
    const result = await this.answer(query, variables, viewer);
    if (result.errors) throw new Error(transcript('expected data, got errors', query, variables, result));
    return plain(result.data);
  }

  /** The extensions of the first error; an answer without one fails the test. */
  async refusal(
    query: string,
    variables: Record<string, unknown> = {},
    viewer: Viewer = anonymous,
  ): Promise<Answer> {
    const result = await this.answer(query, variables, viewer);
    const [error] = result.errors ?? [];
    if (!error) throw new Error(transcript('expected a refusal, got data', query, variables, result));
    return { ...error.extensions, message: error.message };
  }
}

function transcript(what: string, query: string, variables: unknown, result: SubgraphResult): string {
  return [what, query, JSON.stringify(variables), JSON.stringify(result, null, 2)].join('\n');
}

/** graphql-js answers objects without a prototype, which `toEqual` tells from literals. */
function plain(data: unknown): Answer {
  return JSON.parse(JSON.stringify(data ?? null));
}
