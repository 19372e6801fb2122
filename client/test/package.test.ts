import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { processEnvironment } from '@tixgo/platform/env.ts';
import { answerJson, startAnsweringServer } from './answering-server.ts';

const run = promisify(execFile);
const clientFolder = fileURLToPath(new URL('..', import.meta.url));
const tools = fileURLToPath(new URL('../../node_modules/.bin', import.meta.url));
const outer = processEnvironment();
const env = { ...outer, PATH: `${tools}${delimiter}${outer.PATH}` };

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tixgo-client-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** In a copy: `dist` comes and goes while it is packed, and others read this folder meanwhile. */
async function pack(): Promise<{ tarball: string; files: string[] }> {
  const copy = join(folder, 'client');
  await cp(clientFolder, copy, { recursive: true });
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: copy, env });
  const [packed] = JSON.parse(stdout.slice(stdout.indexOf('[\n')));
  const files: string[] = packed.files.map(({ path }: { path: string }) => path);
  return { tarball: join(folder, packed.filename), files };
}

async function installInto(project: string, tarball: string): Promise<void> {
  await writeFile(join(project, 'package.json'), '{ "private": true, "type": "module" }');
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', tarball], { cwd: project, env });
}

const program = `
  import { createClient, TixGoError } from '@tixgo/client';
  import { MeDocument } from '@tixgo/client/documents';
  const answer = await createClient({ url: process.argv[2] }).request(MeDocument);
  console.log(answer.me.username, TixGoError.name);
`;

test('The packed client runs in an empty project as JavaScript, with its types and nothing else', async () => {
  const { tarball, files } = await pack();
  const project = await mkdtemp(join(folder, 'project-'));
  await installInto(project, tarball);
  await writeFile(join(project, 'program.js'), program);
  const server = await startAnsweringServer(answerJson({ data: { me: { username: 'ada' } } }));
  try {
    const { stdout } = await run(process.execPath, ['program.js', server.url], { cwd: project });

    expect(stdout).toBe('ada TixGoError\n');
  } finally {
    await server.stop();
  }
  expect(
    files.filter((file) => !/^(?:dist\/.+\.(?:js|d\.ts)|LICENSE|README\.md|package\.json)$/.test(file)),
  ).toEqual([]);
  const lock = await readFile(join(project, 'package-lock.json'), 'utf8');
  expect(Object.keys(JSON.parse(lock).packages)).toEqual(['', 'node_modules/@tixgo/client']);
});

test('The packed types tell a TypeScript project what a document answers', async () => {
  const { tarball } = await pack();
  const project = await mkdtemp(join(folder, 'project-'));
  await installInto(project, tarball);
  await writeFile(
    join(project, 'program.ts'),
    `
    import { createClient } from '@tixgo/client';
    import { EventDocument } from '@tixgo/client/documents';
    const tixgo = createClient({ url: '/graphql' });
    export const name: string | undefined = (await tixgo.request(EventDocument, { id: 'evt1' })).event?.name;
    // @ts-expect-error The id is missing.
    export const wrong = tixgo.request(EventDocument);
    `,
  );
  const options = [
    '--noEmit',
    '--strict',
    '--module',
    'nodenext',
    '--target',
    'es2022',
    '--lib',
    'es2022,dom',
  ];

  const checked = run('tsc', [...options, '--types', '', 'program.ts'], { cwd: project, env });

  await expect(checked).resolves.toMatchObject({ stdout: '' });
});
