import fastifyCookie from '@fastify/cookie';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Authentication, Identified } from '../authentication.ts';
import type { RequestScope, SubgraphResult } from '../graphql/subgraph.ts';
import type { TypedDocument } from '../graphql/typed-document.ts';
import { anonymous } from '../viewer.ts';
import { isForged } from './cross-origin.ts';
import { bodyValidator, describeMistake } from './input-schemas.ts';
import { RestFailure, restFailure } from './rest-failure.ts';
import { type CookieSession, SessionCookies } from './session-cookies.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by `registerRest`. */
    caller: Identified;
  }
}

export interface RestOperation extends RequestScope, Identified {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface RestSettings {
  /** Runs a stored operation: through the gateway, or on the one schema that is served here. */
  readonly execute: (operation: RestOperation, reply: FastifyReply) => Promise<SubgraphResult>;
  readonly authentication: Authentication;
  /** How browsers reach the service. */
  readonly publicUrl: string;
  /** Other sites whose pages may use this one. */
  readonly corsOrigins: readonly string[];
}

const refreshDocument = /* GraphQL */ `
  mutation RefreshCookies($refreshToken: String!) {
    refreshSession(refreshToken: $refreshToken) { accessToken refreshToken }
  }
`;

/** What routes work with. */
export class RestApi {
  readonly cookies: SessionCookies;
  readonly #settings: RestSettings;

  constructor(settings: RestSettings) {
    this.#settings = settings;
    this.cookies = new SessionCookies(settings.publicUrl);
  }

  /** @throws RestFailure unless it is answered; a part that another service fails to answer is null */
  async run<Answer, Variables extends object>(
    request: FastifyRequest,
    reply: FastifyReply,
    document: TypedDocument<Answer, Variables>,
    variables: Variables,
  ): Promise<Answer> {
    const { data, errors } = await this.#settings.execute(
      {
        ...scopeOf(request),
        ...request.caller,
        query: String(document),
        variables: variables as Readonly<Record<string, unknown>>,
      },
      reply,
    );
    const fatal = errors?.find(({ path }) => path === undefined || path.length < 2);
    if (fatal) throw restFailure(fatal);
    if (!data) throw new Error('An operation was answered with neither data nor errors.');
    return data as Answer;
  }

  /** Tells who asks: by the header, else by the cookie. @throws RestFailure for another site's write */
  async identify(request: FastifyRequest, reply: FastifyReply): Promise<Identified> {
    const { authentication, publicUrl, corsOrigins } = this.#settings;
    const { authorization } = request.headers;
    if (authorization !== undefined) return await authentication.ofHeader(authorization);
    if (isForged(request, [new URL(publicUrl).origin, ...corsOrigins])) {
      throw new RestFailure(403, 'Pages of other sites may not change anything here.');
    }
    const { accessToken, refreshToken } = this.cookies.read(request);
    if (accessToken === undefined && refreshToken === undefined)
      return { viewer: anonymous, refusal: undefined };
    const known = accessToken === undefined ? undefined : await authentication.ofToken(accessToken);
    if (known?.refusal === undefined && known !== undefined) return known;
    const renewed = refreshToken && (await this.#renew(request, reply, refreshToken));
    if (renewed) return await authentication.ofToken(renewed.accessToken);
    // What is no session any more must not keep its bearer from signing in.
    this.cookies.clear(reply);
    return { viewer: anonymous, refusal: undefined };
  }

  async #renew(
    request: FastifyRequest,
    reply: FastifyReply,
    refreshToken: string,
  ): Promise<CookieSession | undefined> {
    const { data } = await this.#settings.execute(
      {
        ...scopeOf(request),
        viewer: anonymous,
        refusal: undefined,
        query: refreshDocument,
        variables: { refreshToken },
      },
      reply,
    );
    const session = data?.refreshSession as CookieSession | null | undefined;
    if (session) this.cookies.set(reply, session);
    return session ?? undefined;
  }
}

function scopeOf(request: FastifyRequest): Omit<RequestScope, 'viewer'> {
  return { requestId: request.id, address: request.ip, userAgent: request.headers['user-agent'] };
}

/** Puts routes on `app` that know who asks, check what they are given and fail with `{"detail"}`. */
export async function registerRest(
  app: FastifyInstance,
  settings: RestSettings,
  routes: (scope: FastifyInstance, rest: RestApi) => Promise<void> | void,
): Promise<void> {
  const rest = new RestApi(settings);
  await app.register(async (scope) => {
    await scope.register(fastifyCookie);
    scope.removeContentTypeParser('text/plain');
    scope.decorateRequest('caller');
    scope.setValidatorCompiler(bodyValidator());
    scope.setSchemaErrorFormatter((errors, part) => new RestFailure(400, describeMistake(errors, part)));
    scope.addHook('onRequest', async (request, reply) => {
      request.caller = await rest.identify(request, reply);
    });
    await routes(scope, rest);
  });
}
