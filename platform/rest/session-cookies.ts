import { fastifyCookie } from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** What a sign-in answers with, as much of it as a browser keeps. */
export interface CookieSession {
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** The longest that a session lives unused; the server decides, the cookie only has to be there. In seconds. */
const refreshLifetime = 30 * 24 * 60 * 60;

/** On https they bear the prefix that ties them to this host (RFC 6265bis, 4.1.3). */
export function cookieNames(publicUrl: string) {
  const prefix = isSecure(publicUrl) ? '__Host-' : '';
  return { access: `${prefix}tixgo_access`, refresh: `${prefix}tixgo_refresh` };
}

const isSecure = (publicUrl: string) => new URL(publicUrl).protocol === 'https:';

/**
 * The session of a browser: two cookies that scripts cannot read and other sites' pages do not send with a write.
 * Plain http, as on a local network, works too.
 */
export class SessionCookies {
  readonly #names: ReturnType<typeof cookieNames>;
  readonly #secure: boolean;

  /** @param publicUrl how browsers reach the service */
  constructor(publicUrl: string) {
    this.#secure = isSecure(publicUrl);
    this.#names = cookieNames(publicUrl);
  }

  read({ headers }: Pick<FastifyRequest, 'headers'>): Partial<CookieSession> {
    if (headers.cookie === undefined) return {};
    const { access, refresh } = this.#names;
    const { [access]: accessToken, [refresh]: refreshToken } = fastifyCookie.parse(headers.cookie);
    return { ...(accessToken && { accessToken }), ...(refreshToken && { refreshToken }) };
  }

  set(reply: FastifyReply, { accessToken, refreshToken }: CookieSession): void {
    const options = { ...this.#options(), maxAge: refreshLifetime };
    reply.setCookie(this.#names.access, accessToken, options);
    reply.setCookie(this.#names.refresh, refreshToken, options);
  }

  clear(reply: FastifyReply): void {
    reply.clearCookie(this.#names.access, this.#options());
    reply.clearCookie(this.#names.refresh, this.#options());
  }

  #options() {
    return { path: '/', httpOnly: true, sameSite: 'lax', secure: this.#secure } as const;
  }
}
