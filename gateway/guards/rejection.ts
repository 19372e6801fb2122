import { ApiError } from '@tixgo/platform/errors.ts';
import type { Exceeded, LimitName } from './document-limits.ts';

const counted: Readonly<Record<LimitName, string>> = {
  tokens: 'tokens',
  fields: 'fields with its fragments written out',
  height: 'fields in its answer',
  duplicates: 'fields that it asks again',
  depth: 'levels of fields',
  rootFields: 'fields at its root',
  aliases: 'aliases',
  directives: 'directives',
  cost: 'points of cost with these variables',
  onlyOnce: 'fields that deal with passwords',
};

/** @param isTold whether strangers may know the limits, and so how near one can go */
export function rejection({ limit, allowed, found }: Exceeded, isTold: boolean): ApiError {
  if (!isTold) return new ApiError('DOCUMENT_REJECTED', 'The document is over a limit.');
  const message = `The document has ${found} ${counted[limit]}; ${allowed} are allowed.`;
  return new ApiError('DOCUMENT_REJECTED', message, { limit });
}
