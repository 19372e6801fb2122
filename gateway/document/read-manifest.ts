import { readFileSync } from 'node:fs';
import type { DocumentManifest } from './trusted-documents.ts';

/** The documents of the client, as codegen wrote them down. */
export function readClientManifest(): DocumentManifest {
  return readManifest(new URL('../generated/trusted-documents.json', import.meta.url));
}

/** @throws for a file that cannot be read, or that is no manifest */
export function readManifest(file: string | URL): DocumentManifest {
  const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (!isManifest(manifest)) throw new Error('It is no apollo-persisted-query-manifest of version 1.');
  return manifest;
}

function isManifest(value: unknown): value is DocumentManifest {
  if (typeof value !== 'object' || value === null) return false;
  const { format, version, operations } = value as Readonly<Record<string, unknown>>;
  return (
    format === 'apollo-persisted-query-manifest' &&
    version === 1 &&
    Array.isArray(operations) &&
    operations.every(({ id, body }) => typeof id === 'string' && typeof body === 'string')
  );
}
