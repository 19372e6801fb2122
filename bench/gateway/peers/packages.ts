import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { installEnvironment } from '../../env.ts';

interface PeerManifest {
  readonly name: string;
  readonly private: true;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly overrides: Readonly<Record<string, string>>;
}

/** The newest of 2026-11-21. */
export const mercuriusPackages: PeerManifest = {
  name: 'mercurius',
  private: true,
  dependencies: {
    '@mercuriusjs/gateway': '5.2.0',
    fastify: '5.12.8',
    // It fails with 16.15.
    graphql: '16.14.2',
    mercurius: '16.10.1',
  },
  overrides: { graphql: '$graphql' },
};

export const hivePackages: PeerManifest = {
  name: 'hive',
  private: true,
  dependencies: {
    '@graphql-hive/gateway': '2.15.1',
    '@graphql-hive/router-runtime': '1.4.23',
    graphql: '16.15.0',
  },
  // They want ^10.3.2 of it, which was never published.
  overrides: { '@graphql-tools/batch-execute': '10.2.0', graphql: '$graphql' },
};

/** In milliseconds; npm itself tries for a long time where there is no network. */
const installDeadline = 5 * 60_000;

const peersFolder = fileURLToPath(new URL('../../.peers/', import.meta.url));

/**
 * Installs a peer's packages where none of the project's are found first, unless these are there already.
 * @returns the folder
 */
export async function installPeer(manifest: PeerManifest, say: (line: string) => void): Promise<string> {
  const folder = join(peersFolder, manifest.name);
  const wanted = `${JSON.stringify(manifest, null, 2)}\n`;
  const done = join(folder, 'node_modules', '.installed');
  if (existsSync(done) && readFileSync(done, 'utf8') === wanted) return folder;
  say(`Installing ${manifest.name} into ${folder}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), wanted);
  await promisify(execFile)(
    'npm',
    ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'],
    {
      cwd: folder,
      env: installEnvironment(),
      timeout: installDeadline,
    },
  );
  writeFileSync(done, wanted);
  return folder;
}
