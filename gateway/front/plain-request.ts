import type { IncomingHttpHeaders } from 'node:http';
import type { SubgraphResult } from '@tixgo/platform/graphql/subgraph.ts';
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
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined;
  const { query, variables, operationName, extensions } = body as Readonly<Record<string, unknown>>;
  if (typeof query !== 'string' || (extensions !== undefined && extensions !== null)) return undefined;
  if (!isAbsent(operationName) && (typeof operationName !== 'string' || operationName === ''))
    return undefined;
  if (!isAbsent(variables) && (typeof variables !== 'object' || Array.isArray(variables))) return undefined;
  return {
    query,
    operationName: operationName ?? undefined,
    variables: (variables ?? {}) as Readonly<Record<string, unknown>>,
  };
}

export const answerHeaders = {
  'content-type': 'application/json; charset=utf-8',
  'cache-control': 'no-store',
} as const;

/** In the order of Apollo Server's answers. */
export function answerText({ data, errors }: SubgraphResult): string {
  return `${JSON.stringify(errors ? { errors, data } : { data })}\n`;
}

const isAbsent = (value: unknown): value is null | undefined => value === null || value === undefined;

const isJson = (contentType: string | undefined) =>
  contentType === 'application/json' || contentType === 'application/json; charset=utf-8';

const takesJson = (accept: string | undefined) =>
  accept === undefined || accept === '*/*' || accept === 'application/json';
