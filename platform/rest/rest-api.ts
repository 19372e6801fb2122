import fastifyCookie from '@fastify/cookie';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Authentication, Identified } from '../authentication.ts';
import { forbidden, unauthenticated } from '../errors.ts';
import type { RequestScope, SubgraphResult } from '../graphql/subgraph.ts';
import type { TypedDocument } from '../graphql/typed-document.ts';
import { takeJson } from '../http/json-body.ts';
import { traceparentOf } from '../http/traceparent.ts';
import { userAgentOf } from '../http/user-agent.ts';
import { anonymous, hasRole, type Role, type UserViewer } from '../viewer.ts';
import { isForged } from './cross-origin.ts';
import { bodyValidator, describeMistake } from './input-schemas.ts';
import { addCommonFailures } from './openapi.ts';
import { RestFailure, restFailure } from './rest-failure.ts';
import { RoutedMethods } from './routed-methods.ts';
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

/** What a session in a cookie that has expired is renewed by. */
export const refreshDocument = /* GraphQL */ `
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

  /** Who asks, for a route that no operation stands for. @throws RestFailure below the role */
  callerAs({ caller: { viewer, refusal } }: FastifyRequest, least: Role): UserViewer {
    if (refusal) throw restFailure(refusal);
    if (viewer.kind !== 'user') throw restFailure(unauthenticated());
    if (!hasRole(viewer, least)) throw restFailure(forbidden(`This needs the role ${least}.`));
    return viewer;
  }

  /** Tells who asks: by the header, else by the cookie. @throws RestFailure for another site's write */
  async identify(request: FastifyRequest, reply: FastifyReply): Promise<Identified> {
    const { authentication, publicUrl, corsOrigins } = this.#settings;
    if (request.headers.authorization !== undefined) return await authentication.ofRequest(request);
    if (isForged(request, [new URL(publicUrl).origin, ...corsOrigins])) {
      throw new RestFailure(403, 'Pages of other sites may not change anything here.');
    }
    const { accessToken, refreshToken } = this.cookies.read(request);
    if (accessToken === undefined && refreshToken === undefined)
      return { viewer: anonymous, refusal: undefined };
    const known = accessToken === undefined ? undefined : await authentication.ofToken(accessToken);
    if (known && !known.refusal) return known;
    const renewed = refreshToken && (await this.#renew(request, reply, refreshToken));
    if (renewed) return await authentication.ofToken(renewed.accessToken);
    // What is no session any more must not keep its bearer from signing in.
    this.cookies.clear(reply);
    neverCached(reply);
    return { viewer: anonymous, refusal: undefined };
  }

  /** @throws RestFailure when it cannot be told just now whether the session goes on */
  async #renew(
    request: FastifyRequest,
    reply: FastifyReply,
    refreshToken: string,
  ): Promise<CookieSession | undefined> {
    const { data, errors = [] } = await this.#settings.execute(
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
    // Nobody is signed out because the part that knows them does not answer.
    const failure = session ? undefined : errors.map(restFailure).find(({ statusCode }) => statusCode >= 429);
    if (failure) throw failure;
    return session ?? undefined;
  }
}

/** What is one caller's must not be kept for another. */
export function neverCached(reply: FastifyReply): void {
  reply.header('cache-control', 'no-store');
}

function scopeOf(request: FastifyRequest): Omit<RequestScope, 'viewer'> {
  const { id: requestId, ip: address } = request;
  return { requestId, address, userAgent: userAgentOf(request), traceparent: traceparentOf(request) };
}

/** Puts routes on `app` that know who asks, check what they are given and fail with `{"detail"}`. */
export async function registerRest(
  app: FastifyInstance,
  settings: RestSettings,
  routes: (scope: FastifyInstance, rest: RestApi) => Promise<void> | void,
): Promise<void> {
  const rest = new RestApi(settings);
  const routed = new RoutedMethods();
  await app.register(async (scope) => {
    await scope.register(fastifyCookie);
    scope.removeAllContentTypeParsers();
    takeJson(scope);
    scope.decorateRequest('caller');
    scope.addHook('onRoute', addCommonFailures);
    scope.addHook('onRoute', routed.note);
    scope.setValidatorCompiler(bodyValidator());
    scope.setSchemaErrorFormatter((errors, part) => new RestFailure(400, describeMistake(errors, part)));
    scope.addHook('onRequest', async (request, reply) => {
      request.caller = await rest.identify(request, reply);
      const { viewer, refusal } = request.caller;
      if (viewer.kind !== 'anonymous' || refusal || request.method !== 'GET') neverCached(reply);
    });
    await routes(scope, rest);
  });
  routed.refuseOthers(app);
}
