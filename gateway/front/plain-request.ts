import type { IncomingHttpHeaders } from 'node:http';
import type { SubgraphResult, WrittenJson } from '@tixgo/platform/graphql/subgraph.ts';
import { isAbsent, isObject } from '@tixgo/platform/json-values.ts';
import { explainHeader } from '../observability/explanation.ts';
import type { OperationRequest } from './prepared-execution.ts';

/** JSON by POST, for JSON, that wants nothing explained. */
export function isPlain({
  method,
  headers,
}: {
  readonly method?: string | undefined;
  readonly headers: IncomingHttpHeaders;
}): boolean {
  return (
    method === 'POST' &&
    isJson(headers['content-type']) &&
    takesJson(headers.accept) &&
    headers[explainHeader] === undefined
  );
}

/** Undefined for a body that asks for something else than an operation. */
export function plainOperation(body: unknown): OperationRequest | undefined {
  if (!isObject(body)) return undefined;
  const { query, variables, operationName, extensions } = body;
  if (typeof query !== 'string' || !isAbsent(extensions)) return undefined;
  if (!isAbsent(operationName) && (typeof operationName !== 'string' || operationName === ''))
    return undefined;
  if (!isAbsent(variables) && !isObject(variables)) return undefined;
  return { query, operationName: operationName ?? undefined, variables: variables ?? {} };
}

export const answerHeaders = {
  'content-type': 'application/json; charset=utf-8',
  'cache-control': 'no-store',
} as const;

/** In the order of Apollo Server's answers. */
export function answerBody(result: SubgraphResult): WrittenJson {
  const { json } = result;
  if (json) return Buffer.concat([json, lineFeed]);
  const { data, errors } = result;
  return Buffer.from(`${JSON.stringify(errors ? { errors, data } : { data })}\n`);
}

const lineFeed = Buffer.from('\n');

const isJson = (contentType: string | undefined) =>
  contentType === 'application/json' || contentType === 'application/json; charset=utf-8';

const takesJson = (accept: string | undefined) =>
  accept === undefined || accept === '*/*' || accept === 'application/json';
