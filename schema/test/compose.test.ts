import { describe, expect, test } from '@jest/globals';
import { parse, visit } from 'graphql';
import {
  composeSupergraph,
  driftOf,
  readOutput,
  readSubgraphs,
  renderOutputs,
  type SubgraphSdl,
} from '../compose.ts';

function withSdl(name: string, edit: (sdl: string) => string): SubgraphSdl[] {
  return readSubgraphs().map((subgraph) => {
    if (subgraph.name !== name) return subgraph;
    const sdl = edit(subgraph.sdl);
    if (sdl === subgraph.sdl) throw new Error(`The edit of ${name} changed nothing.`);
    return { name, sdl };
  });
}

describe('the committed schema', () => {
  const composition = composeSupergraph(readSubgraphs());

  test('is what the subgraphs compose to', () => {
    expect(driftOf(renderOutputs(composition), readOutput)).toEqual([]);
  });

  test('composes without an error or a hint', () => {
    expect(composition).toMatchObject({ errors: [], hints: [] });
  });

  test('is the same in whatever order the subgraphs are given', () => {
    const reversed = renderOutputs(composeSupergraph(readSubgraphs().toReversed()));
    expect(driftOf(reversed, readOutput)).toEqual([]);
  });

  test('tells a client nothing of access rules, federation or where subgraphs answer', () => {
    expect(readOutput('api.graphql')).not.toMatch(/@requiresRole|@public|join__|_entities|\.invalid/);
  });

  test('describes everything that a client can see', () => {
    expect(undescribed(composition.apiSdl ?? '')).toEqual([]);
  });
});

describe('composition fails', () => {
  test.each(['@requiresRole', '@public'])(
    'when a subgraph forgets to compose %s, which drops its rules in silence',
    (name) => {
      const subgraphs = withSdl('event', (sdl) => sdl.replace(`@composeDirective(name: "${name}")`, ''));
      const { errors } = composeSupergraph(subgraphs);
      expect(errors).toEqual([expect.stringContaining('of subgraph event are not those of the supergraph')]);
    },
  );

  test('when a root field has no rule, and names it', () => {
    const subgraphs = withSdl('attendance', (sdl) => `${sdl}\nextend type Query { doorbell: Boolean }`);
    expect(composeSupergraph(subgraphs).errors).toEqual([expect.stringContaining('Query.doorbell')]);
  });

  test('when two subgraphs guard one type differently', () => {
    const subgraphs = withSdl('event', (sdl) =>
      sdl.replace('type Attendance @key', 'type Attendance @requiresRole(role: USER) @key'),
    );
    expect(composeSupergraph(subgraphs).errors).toEqual([expect.stringContaining('Attendance')]);
  });

  test('on a hint', () => {
    const subgraphs = withSdl('event', (sdl) =>
      sdl.replace('type User @key', '"Somebody else."\ntype User @key'),
    );
    const composition = composeSupergraph(subgraphs);
    expect(composition.errors).toEqual([]);
    expect(() => renderOutputs(composition)).toThrow(/hint: .*User/s);
  });

  test('when the subgraphs contradict each other', () => {
    const subgraphs = withSdl('event', (sdl) => sdl.replace('id: ID!\n}', 'id: String!\n}'));
    const composition = composeSupergraph(subgraphs);
    expect(composition.supergraphSdl).toBeUndefined();
    expect(() => renderOutputs(composition)).toThrow(/error: .*User\.id/s);
  });
});

describe('drift', () => {
  test('is told with the file and the first line that differs', () => {
    const outputs = [{ file: 'access.md', text: 'one\ntwo\nthree\n' }];
    expect(driftOf(outputs, () => 'one\n2\nthree\n')).toEqual([
      'schema/access.md is out of date: line 2 is "2" and would be "two"',
    ]);
    expect(driftOf(outputs, () => 'one\ntwo\nthree\nfour')).toEqual([
      'schema/access.md is out of date: line 4 is "four" and would be ""',
    ]);
    expect(driftOf(outputs, () => undefined)).toEqual(['schema/access.md is out of date: it is missing']);
  });
});

function undescribed(sdl: string): string[] {
  const found: string[] = [];
  visit(parse(sdl), {
    enter(node) {
      if ('description' in node && 'name' in node && !node.description) {
        found.push(`${node.name?.value}, line ${node.loc?.startToken.line}`);
      }
    },
  });
  return found;
}
