import { bearerToken } from './bearer.ts';
import { ApiError, unauthenticated } from './errors.ts';
import type { AccessTokens } from './tokens.ts';
import { anonymous, type UserViewer, type Viewer } from './viewer.ts';

export interface Identified {
  readonly viewer: Viewer;
  /** Why the caller could not be told who they are; the request is refused with it before anything runs. */
  readonly refusal: ApiError | undefined;
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
      return token === undefined ? anonymous : await this.#viewerOf(token);
    });
  }

  async ofToken(token: string): Promise<Identified> {
    return await identified(() => this.#viewerOf(token));
  }

  async #viewerOf(token: string): Promise<UserViewer> {
    const { tokens, isEnded } = this.#settings;
    const viewer = tokens.verify(token);
    if (await isEnded(viewer)) throw unauthenticated('Your access has changed; sign in again.');
    return viewer;
  }
}

async function identified(identify: () => Promise<Viewer>): Promise<Identified> {
  try {
    return { viewer: await identify(), refusal: undefined };
  } catch (error) {
    if (error instanceof ApiError) return { viewer: anonymous, refusal: error };
    throw error;
  }
}
