import type { OperationResult } from '../executor/compiled-operation.ts';

/** The code of the first error: messages may repeat what somebody typed. */
export function errorTypeOf({ errors }: Pick<OperationResult, 'errors'>): string | undefined {
  const [first] = errors ?? [];
  if (!first) return undefined;
  const code: unknown = first.extensions?.code;
  return typeof code === 'string' ? code : 'INTERNAL_SERVER_ERROR';
}
