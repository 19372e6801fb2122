import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';
import { bearerToken } from './bearer.ts';
import { ApiError, unauthenticated } from './errors.ts';
import type { AccessTokens } from './tokens.ts';
import { anonymous, type UserViewer, type Viewer } from './viewer.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by `Authentication.ofRequest`. */
    bearer: Identified | undefined;
  }
}

export interface Identified {
  readonly viewer: Viewer;
  /** Why the caller could not be told who they are; the request is refused with it before anything runs. */
  readonly refusal: ApiError | undefined;
  /** When their token ends; undefined for whoever showed none. */
  readonly expiresAt?: Date | undefined;
}

export interface AuthenticationSettings {
  readonly tokens: AccessTokens;
  /** Whether the token's access was ended before it expires. */
  readonly isEnded: (viewer: UserViewer) => boolean | Promise<boolean>;
}

/** Tells who asks, from a token. A bad one is never taken for none: its bearer believes to be somebody. */
export class Authentication {
  readonly #settings: AuthenticationSettings;

  constructor(settings: AuthenticationSettings) {
    this.#settings = settings;
  }

  /** By the header alone, and once for each request, however many ask. */
  async ofRequest(request: FastifyRequest): Promise<Identified> {
    request.bearer ??= await this.ofMessage(request.raw);
    return request.bearer;
  }

  /** By the header alone. */
  ofMessage({ headers, rawHeaders }: IncomingMessage): Promise<Identified> {
    return this.#identified(() => {
      if (hasTwo('authorization', rawHeaders))
        throw unauthenticated('Send one Authorization header, not several.');
      return bearerToken(headers.authorization);
    });
  }

  ofToken(token: string): Promise<Identified> {
    return this.#identified(() => token);
  }

  async #identified(tokenGiven: () => string | undefined): Promise<Identified> {
    const { tokens, isEnded } = this.#settings;
    try {
      const token = tokenGiven();
      if (token === undefined) return { viewer: anonymous, refusal: undefined };
      const { viewer, expiresAt } = tokens.read(token);
      if (await isEnded(viewer)) throw accessHasChanged();
      return { viewer, refusal: undefined, expiresAt };
    } catch (error) {
      if (error instanceof ApiError) return { viewer: anonymous, refusal: error };
      throw error;
    }
  }
}

/** For a token that was ended before it expires. */
export function accessHasChanged(): ApiError {
  return unauthenticated('Your access has changed; sign in again.');
}

/** Node keeps the first of several; a proxy before us may have looked at another. */
function hasTwo(name: string, rawHeaders: readonly string[]): boolean {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const header = rawHeaders[index];
    if (header?.length === name.length && header.toLowerCase() === name) count += 1;
  }
  return count > 1;
}
