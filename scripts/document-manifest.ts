import { createHash } from 'node:crypto';
import { concatAST, type DocumentNode } from 'graphql';
import { operationTexts } from './typed-documents.ts';

type Source = { readonly document?: DocumentNode };

/** A codegen plugin: the documents of a client as the gateway is to trust them, with the very texts that it sends. */
export function plugin(_schema: unknown, sources: readonly Source[]): string {
  const operations = operationTexts(concatAST(sources.flatMap(({ document }) => document ?? []))).map(
    ({ operation, name, text }) => ({
      id: createHash('sha256').update(text).digest('hex'),
      name,
      type: operation,
      body: text,
    }),
  );
  const sorted = operations.sort((left, right) => (left.name < right.name ? -1 : 1));
  return `${JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations: sorted }, null, 2)}\n`;
}
