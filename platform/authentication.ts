import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';
import { bearerToken } from './bearer.ts';
import { ApiError, unauthenticated } from './errors.ts';
import type { AccessTokens, VerifiedToken } from './tokens.ts';
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

  /** @param authorization the header of this name */
  async ofHeader(authorization: string | undefined): Promise<Identified> {
    return await identified(async () => {
      const token = bearerToken(authorization);
      return token === undefined ? { viewer: anonymous } : await this.#read(token);
    });
  }

  /** By the header alone, and once for each request, however many ask. */
  async ofRequest(request: FastifyRequest): Promise<Identified> {
    request.bearer ??= await this.ofMessage(request.raw);
    return request.bearer;
  }

  /** By the header alone. */
  async ofMessage({ headers, rawHeaders }: IncomingMessage): Promise<Identified> {
    if (!hasTwo('authorization', rawHeaders)) return await this.ofHeader(headers.authorization);
    const refusal = unauthenticated('Send one Authorization header, not several.');
    return { viewer: anonymous, refusal };
  }

  async ofToken(token: string): Promise<Identified> {
    return await identified(() => this.#read(token));
  }

  async #read(token: string): Promise<VerifiedToken> {
    const { tokens, isEnded } = this.#settings;
    const verified = tokens.read(token);
    if (await isEnded(verified.viewer)) throw accessHasChanged();
    return verified;
  }
}

/** For a token that was ended before it expires. */
export function accessHasChanged(): ApiError {
  return unauthenticated('Your access has changed; sign in again.');
}

/** Node keeps the first of several; a proxy before us may have looked at another. */
function hasTwo(name: string, rawHeaders: readonly string[]): boolean {
  return rawHeaders.filter((each, index) => index % 2 === 0 && each.toLowerCase() === name).length > 1;
}

async function identified(
  identify: () => Promise<Pick<Identified, 'viewer' | 'expiresAt'>>,
): Promise<Identified> {
  try {
    return { ...(await identify()), refusal: undefined };
  } catch (error) {
    if (error instanceof ApiError) return { viewer: anonymous, refusal: error };
    throw error;
  }
}
