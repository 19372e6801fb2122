import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { getStaticFile } from 'ruru/static';
import { assetPolicy } from './content-security-policy.ts';

const aYear = 365 * 24 * 60 * 60;
const assetHeaders = {
  'cache-control': `public, max-age=${aYear}, immutable`,
  'content-security-policy': assetPolicy,
  'x-content-type-options': 'nosniff',
} as const;

/**
 * Serves the files of a folder, its own `browser/` unless told.
 * @returns their folder's path; it changes with their content, so that they may be cached for good
 */
export async function serveBrowserFiles(
  app: FastifyInstance,
  under: string,
  root = join(import.meta.dirname, 'browser'),
): Promise<string> {
  const path = `${under}${await digestOf(root)}/`;
  await app.register(fastifyStatic, {
    root,
    prefix: path,
    decorateReply: false,
    index: false,
    cacheControl: false,
    setHeaders: (reply) => reply.headers(assetHeaders),
  });
  return path;
}

/**
 * Serves Ruru's own files. They are in memory, as brotli, from the first request on (about 4 MB), and
 * without source maps, which are 10 MB more.
 * @returns their folder's path, which names the version, so that they may be cached for good
 */
export async function serveRuru(app: FastifyInstance, under: string): Promise<string> {
  const staticPath = `${under}${await ruruVersion()}/`;
  app.get(`${staticPath}:file`, async (request, reply) => {
    const acceptEncoding = request.headers['accept-encoding'];
    const file = await getStaticFile({
      staticPath,
      urlPath: request.url,
      acceptEncoding,
      disallowDevAssets: true,
    });
    if (!file) return reply.callNotFound();
    reply.headers({ ...file.headers, ...assetHeaders, vary: 'accept-encoding' });
    if (request.headers['if-none-match'] === file.headers.etag) return await reply.code(304).send();
    return await reply.send(file.content);
  });
  return staticPath;
}

/** The client of GraphQL over SSE. @returns its folder's path, as `serveBrowserFiles` does */
export async function serveGraphqlSse(app: FastifyInstance, under: string): Promise<string> {
  return await serveBrowserFiles(app, under, join(dirname(manifestOf('graphql-sse')), 'umd'));
}

async function digestOf(folder: string): Promise<string> {
  const hash = createHash('sha256');
  for (const file of (await readdir(folder)).sort())
    hash.update(file).update(await readFile(join(folder, file)));
  return hash.digest('hex').slice(0, 16);
}

async function ruruVersion(): Promise<string> {
  return JSON.parse(await readFile(manifestOf('ruru/static'), 'utf8')).version;
}

function manifestOf(module: string): string {
  const manifest = findPackageJSON(module, import.meta.url);
  if (!manifest) throw new Error(`${module} is not installed.`);
  return manifest;
}
