import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ConfigurationError } from '@tixgo/platform/env.ts';
import { findFreePort } from '@tixgo/platform/testing/free-port.ts';
import { readSupergraphSdl } from '@tixgo/schema/supergraph-sdl.ts';
import { readSupergraph } from '../host/served-supergraph.ts';
import { createOpenEvent, startTestHost, type TestHost } from './host-client.ts';

let folder: string;
let file: string;
let metrics: string;
let system: TestHost;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'supergraph-'));
  file = join(folder, 'supergraph.graphql');
  await writeFile(file, readSupergraphSdl());
  const port = await findFreePort();
  metrics = `http://127.0.0.1:${port}/metrics`;
  system = await startTestHost({ SUPERGRAPH_FILE: file, METRICS_PORT: String(port) });
});
afterAll(async () => {
  await system.close();
  await rm(folder, { recursive: true });
});

/** The committed one, with a line of it gone. */
function without(line: RegExp): string {
  const sdl = readSupergraphSdl();
  const changed = sdl.replace(line, '');
  expect(changed).not.toBe(sdl);
  return changed;
}

const figures = async () => await (await fetch(metrics)).text();
const servedId = async () => /supergraph_info\{id="(\w+)"\}/.exec(await figures())?.[1];
const reloads = async (outcome: 'replaced' | 'refused') => {
  const count = new RegExp(`supergraph_reloads_total\\{outcome="${outcome}"\\} (\\d+)`);
  return Number(count.exec(await figures())?.[1] ?? 0);
};
const organizer = /\n {2}"""[^"]*"""\n {2}organizer: User @join__field\(graph: EVENT\)/;
const capacity = /\n {2}"""[^"]*"""\n {2}capacity: Int @join__field\(graph: EVENT\)/;
const committeeRule = /(?<=type EventSummary\b[^{]*) @requiresRole\(role: COMMITTEE\)/;

describe('the supergraph of a host', () => {
  const question = '{ event(id: "reload") { name organizer { username } } }';

  test('is another one soon after its file says so, while the doors answer', async () => {
    await system.ask(createOpenEvent, { id: 'reload' }, system.admin);
    expect((await system.ask(question)).data.event.organizer).toEqual({ username: 'admin' });
    const id = await servedId();
    await writeFile(file, without(organizer));
    while ((await reloads('replaced')) + (await reloads('refused')) === 0) {
      expect((await fetch(`${system.url}/events/reload`)).status).toBe(200);
      expect((await system.ask('{ event(id: "reload") { name } }')).errors).toBeUndefined();
    }
    expect(await servedId()).not.toBe(id);
    expect((await system.ask(question)).errors[0].extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
    expect((await fetch(`${system.url}/events/reload`)).status).toBe(200);
  });

  test('stays what it is when the new one does not answer what a REST route asks', async () => {
    const id = await servedId();
    await writeFile(file, without(capacity));
    while ((await reloads('refused')) === 0) await fetch(`${system.url}/events/reload`);
    expect(await servedId()).toBe(id);
  });
});

describe('a host does not start with a file', () => {
  test.each([
    ['that is not there', undefined, /SUPERGRAPH_FILE names .*ENOENT/],
    ['that is no GraphQL', () => 'type Query {', /SUPERGRAPH_FILE names .*Syntax Error/],
    [
      'that leaves a REST route without an answer',
      () => without(capacity),
      /mutation RestCreateEvent: .*capacity/,
    ],
    ['with other access rules than its subgraphs', () => without(committeeRule), /EventSummary/],
    [
      'with a subgraph that it does not know',
      () => readSupergraphSdl().replace('@join__graph(name: "ticket"', '@join__graph(name: "tickets"'),
      /does not know: tickets/,
    ],
  ])('%s', async (_, text, reason) => {
    const broken = join(folder, 'broken.graphql');
    if (text) await writeFile(broken, text());
    const read = () => readSupergraph(broken, system.host.system);
    expect(read).toThrow(ConfigurationError);
    expect(read).toThrow(reason);
  });
});
