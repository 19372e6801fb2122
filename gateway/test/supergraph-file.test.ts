import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createLog } from '@tixgo/platform/logging.ts';
import { SupergraphFile } from '../supergraph/supergraph-file.ts';
import { loaded, replaceableGateway, supergraphOf } from './replaceable-gateway.ts';

let folder: string;
let file: string;
let lines: { level: number; msg: string; reason?: string }[];
let system: Awaited<ReturnType<typeof replaceableGateway>>;
let follower: SupergraphFile;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'supergraph-'));
  file = join(folder, 'supergraph.graphql');
  await writeFile(file, supergraphOf('before'));
  lines = [];
  system = await replaceableGateway();
  const { gateway } = system;
  follower = new SupergraphFile({
    file,
    served: gateway.supergraph().sdl,
    replace: async (sdl) => await gateway.replaceSupergraph(loaded(sdl)),
    log: createLog('info', { write: (line) => void lines.push(JSON.parse(line)) }),
    interval: 2,
  });
});
afterEach(async () => {
  await follower.stop();
  await system.app.close();
  await rm(folder, { recursive: true });
});

const label = async () => {
  const { data } = await system.ask({ query: '{ thing(id: "1") { label } }' });
  return data.thing.label;
};
const says = async (text: string) => await writeFile(file, text);
const lookTwice = async () => {
  await follower.look();
  await follower.look();
};

describe('the file of the supergraph', () => {
  test('is served once it says another one', async () => {
    await lookTwice();
    expect(await label()).toBe('before');
    await says(supergraphOf('after'));
    await lookTwice();
    expect(await label()).toBe('after');
  });

  test('is looked at by itself, also when another file takes its place', async () => {
    follower.start();
    const next = join(folder, 'next.graphql');
    await writeFile(next, supergraphOf('after'));
    await rename(next, file);
    while ((await label()) !== 'after');
    await says(supergraphOf('before'));
    while ((await label()) !== 'before');
    expect(lines).toEqual([]);
  });

  test('is left alone while it is being written', async () => {
    await says('type Query { half: Int }');
    await follower.look();
    await says(supergraphOf('after').slice(0, -20));
    await follower.look();
    await says(supergraphOf('after'));
    await follower.look();
    expect(await label()).toBe('before');
    await follower.look();
    expect(await label()).toBe('after');
    expect(lines).toEqual([]);
  });
});

describe('a file that cannot be served', () => {
  const broken: readonly (readonly [string, () => string])[] = [
    ['no GraphQL', () => 'type Query {'],
    ['nothing', () => ''],
    ['no supergraph', () => 'type Query { a: Int }'],
    ['a subgraph that nobody reaches', () => supergraphOf('after').replaceAll('"prices"', '"elsewhere"')],
    ['a root field without access rule', () => supergraphOf('after').replace(' @public', '')],
  ];

  test.each(broken)('(%s) is told of once, and the one before is served', async (_, text) => {
    expect(text()).not.toBe(supergraphOf('after'));
    await says(text());
    for (let time = 0; time < 3; time += 1) await lookTwice();
    expect(await label()).toBe('before');
    expect(lines).toEqual([
      expect.objectContaining({ level: 50, msg: expect.stringContaining('cannot be served') }),
    ]);
    expect(lines[0]?.reason).toBeTruthy();
  });

  test('does not keep a later one from being served, nor makes anything of the one before anew', async () => {
    const { id } = system.gateway.supergraph();
    const served = system.gateway.supergraph();
    await says('type Query {');
    await lookTwice();
    await says(supergraphOf('before'));
    await lookTwice();
    expect(system.gateway.supergraph()).toBe(served);
    await says(supergraphOf('after'));
    await lookTwice();
    expect(system.gateway.supergraph().id).not.toBe(id);
    expect(lines).toHaveLength(1);
  });

  test('that is away for a while changes nothing', async () => {
    await rm(file);
    await expect(follower.look()).rejects.toThrow(/ENOENT/);
    expect(await label()).toBe('before');
    await says(supergraphOf('after'));
    await lookTwice();
    expect(await label()).toBe('after');
  });
});
