import type { TixGoErrorCode } from './error-codes.ts';

export interface TixGoErrorDetails {
  readonly path?: readonly (string | number)[] | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
  readonly requestId?: string | undefined;
  readonly status?: number | undefined;
  readonly others?: readonly TixGoError[] | undefined;
  readonly cause?: unknown;
}

/** Why a request has no, or not the whole, answer. */
export class TixGoError extends Error {
  override readonly name = 'TixGoError';
  readonly code: TixGoErrorCode;
  /** With BAD_USER_INPUT: the argument or input field, such as `venue.name`. */
  readonly field: string | undefined;
  /** With FORBIDDEN and UNAUTHENTICATED: the `Type.field` that takes a higher role. */
  readonly coordinate: string | undefined;
  /** With RATE_LIMITED. */
  readonly retryAfterSeconds: number | undefined;
  /** Finds the request in the server's log. Undefined when nothing answered. */
  readonly requestId: string | undefined;
  /** The field of the answer that is null for this error. Empty when the document as a whole was refused. */
  readonly path: readonly (string | number)[];
  /** The HTTP status; undefined when nothing answered. */
  readonly status: number | undefined;
  /** As the server sent them. */
  readonly extensions: Readonly<Record<string, unknown>>;
  /** Further errors of the same answer. */
  readonly others: readonly TixGoError[];

  constructor(code: TixGoErrorCode, message: string, details: TixGoErrorDetails = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined);
    const { extensions = {}, path = [], others = [] } = details;
    this.code = code;
    this.field = textIn(extensions, 'field');
    this.coordinate = textIn(extensions, 'coordinate');
    this.retryAfterSeconds = numberIn(extensions, 'retryAfterSeconds');
    this.requestId = textIn(extensions, 'requestId') ?? details.requestId;
    this.path = path;
    this.status = details.status;
    this.extensions = extensions;
    this.others = others;
  }
}

function textIn(extensions: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = extensions[name];
  return typeof value === 'string' ? value : undefined;
}

function numberIn(extensions: Readonly<Record<string, unknown>>, name: string): number | undefined {
  const value = extensions[name];
  return typeof value === 'number' ? value : undefined;
}
