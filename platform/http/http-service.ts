import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyRequest,
  LogController,
} from 'fastify';
import { isDatabaseUnavailable } from '../database/failures.ts';
import { ConfigurationError } from '../env.ts';
import { errorCode } from '../error-code.ts';
import { ApiError, subgraphUnavailable } from '../errors.ts';
import type { Log } from '../logging.ts';
import { RestFailure, restFailure } from '../rest/rest-failure.ts';
import { clientAddresses, onlyTheNearest, type TrustProxy } from './client-address.ts';
import { takeJson } from './json-body.ts';
import { answerBrokenHttp, answerMalformedAddress } from './malformed-requests.ts';
import { isGraphqlRoute } from './turned-away.ts';

/** Has its say about a request before the framework: answers it, or passes it on. */
export type FirstListener = (request: IncomingMessage, response: ServerResponse, pass: Pass) => void;

/** @param body what was read of it, which must be all */
export type Pass = (body?: Buffer) => void;

export interface HttpServiceSettings {
  /** As `/health` says it: `identity-service`. */
  readonly name: string;
  readonly log: Log;
  /** In bytes; larger bodies are answered with 413. */
  readonly bodyLimit?: number;
  /** Whose X-Forwarded-For is believed; as Fastify's trustProxy. */
  readonly trustProxy?: TrustProxy;
  /** How long it goes on serving once it drains, in milliseconds, for balancers and kept connections to move on. */
  readonly drainTime?: number;
  /** What `/ready` waits for; never another subgraph, or a door would close because sales are down. */
  readonly isReady: () => Promise<boolean>;
}

export interface HttpService {
  readonly app: FastifyInstance;
  /**
   * Serves a path before the framework. Of what the listener does not pass on, no hook hears: neither limits nor headers
   * of the public doors.
   */
  serveFirst(path: string, listener: FirstListener): void;
  /** The client's network address, as far as proxies are believed. */
  addressOf(request: IncomingMessage): string;
  /** @throws ConfigurationError when the address is taken or not ours */
  listen(address: { host: string; port: number; portVariable: string }): Promise<number>;
  /**
   * From here on `/ready` says 503 and every answer is its connection's last, so that balancers and clients go elsewhere.
   * Resolves when they have had their time.
   */
  drain(): Promise<void>;
  isDraining(): boolean;
  /**
   * Lets requests in flight finish, then closes.
   * @param patience how long they may take, in milliseconds; 12 seconds, or what a long drain has left
   */
  close(patience?: number): Promise<void>;
}

const defaultBodyLimit = 256 * 1024;
/** How long a request may take to arrive, in milliseconds: some hundred megabytes of an import over a slow line. */
const longestArrival = 10 * 60_000;
/** Beyond the gateway's deadline. */
const closePatience = 12_000;
/** From the order to stop to the last answer. What `runService` gives besides is for the rest: a bus that is cut off takes 5 s. */
const longestServing = 18_000;
/** Ids of ours and of a proxy before us; others are replaced, since they go to the log and to clients. */
const acceptableRequestId = /^[A-Za-z0-9._-]{1,64}$/;

export function createHttpService(settings: HttpServiceSettings): HttpService {
  let draining = false;
  const logger: FastifyBaseLogger = settings.log;
  const app = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: settings.bodyLimit ?? defaultBodyLimit,
    trustProxy: settings.trustProxy === true ? onlyTheNearest : (settings.trustProxy ?? false),
    genReqId: requestIdOf,
    // One for each request would bind what its lines have as it is.
    childLoggerFactory: (log) => log,
    frameworkErrors: answerMalformedAddress,
    clientErrorHandler: answerBrokenHttp,
    requestTimeout: longestArrival,
    // Requests in flight finish on close; connections that idle would otherwise hold it up.
    forceCloseConnections: 'idle',
    // Nor does one fail that was on its way over a connection that was open still.
    return503OnClosing: false,
  });
  takeJson(app);
  takePassedBodies(app);
  app.decorateRequest('bearer');
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    done();
  });
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (draining) reply.header('connection', 'close');
    done();
  });
  if (settings.log.isLevelEnabled('debug')) logAnswers(app, settings.log);
  tellFailures(app, settings.log);
  tellHealth(app, settings.name, async () => !draining && (await settings.isReady()));
  return {
    app,
    serveFirst: (path, listener) => serveFirst(app, path, listener),
    addressOf: clientAddresses(settings.trustProxy),
    listen: async (address) => await listen(app, address),
    drain: async () => {
      draining = true;
      await pause(settings.drainTime);
    },
    isDraining: () => draining,
    close: async (patience = patienceAfter(settings.drainTime)) => {
      draining = true;
      await closeWhenIdle(app, patience);
    },
  };
}

function tellFailures(app: FastifyInstance, log: Log): void {
  app.setErrorHandler(async (thrown, request, reply) => {
    const error = asFailure(thrown);
    if (error instanceof RestFailure)
      return await reply.code(error.statusCode).headers(error.headers).send(bodyOf(error, request));
    log.error({ requestId: request.id, err: error }, 'unexpected error');
    return await reply.code(500).send({ detail: 'Something went wrong on our side.' });
  });
  app.setNotFoundHandler(
    async (_request, reply) => await reply.code(404).send({ detail: 'There is nothing here.' }),
  );
}

function tellHealth(app: FastifyInstance, service: string, isReady: () => Promise<boolean>): void {
  app.get('/health', async () => ({ status: 'ok', service }));
  app.get('/ready', async (_request, reply) => {
    const ready = await isReady();
    return await reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready', service });
  });
}

function logAnswers(app: FastifyInstance, log: Log): void {
  app.addHook('onResponse', async ({ id: requestId, method, url }, { statusCode: status, elapsedTime }) => {
    const path = url.split('?', 1)[0];
    log.debug({ requestId, method, path, status, ms: Math.round(elapsedTime) }, 'answered');
  });
}

/** What first listeners have read of requests that they passed on. */
const passedBodies = new WeakMap<IncomingMessage, Buffer>();

function serveFirst({ server }: FastifyInstance, path: string, listener: FirstListener): void {
  const others = server.listeners('request') as RequestListener[];
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    const pass: Pass = (body) => {
      if (body) passedBodies.set(request, body);
      for (const other of others) other(request, response);
    };
    if (request.url === path) listener(request, response, pass);
    else pass();
  });
}

function takePassedBodies(app: FastifyInstance): void {
  app.addHook('preParsing', (request, _reply, payload, done) => {
    const body = passedBodies.get(request.raw);
    done(null, body ? Readable.from([body], { objectMode: false }) : payload);
  });
}

const patienceAfter = (drainTime = 0) => Math.min(closePatience, longestServing - drainTime);

/**
 * Fastify closes the connections that idle when it begins to close. One that was busy then stays open once its answer
 * is out, if its client was not told that it was the last, and would hold the end up for over a minute; one whose
 * request never arrives in full would for good.
 */
async function closeWhenIdle(app: FastifyInstance, patience: number): Promise<void> {
  const sweep = setInterval(() => app.server.closeIdleConnections(), 50);
  const end = setTimeout(() => app.server.closeAllConnections(), patience);
  try {
    await app.close();
  } finally {
    clearInterval(sweep);
    clearTimeout(end);
  }
}

/** A sound one that came along, or a new one. */
export function requestIdOf(request: { headers: Record<string, string | string[] | undefined> }): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && acceptableRequestId.test(given) ? given : randomUUID();
}

/** What a GraphQL client reads stands where all other errors do. */
function bodyOf({ body, message }: RestFailure, request: FastifyRequest): object {
  if (body) return body;
  if (!isGraphqlRoute(request)) return { detail: message };
  return { errors: [{ message, extensions: { code: 'BAD_REQUEST' } }] };
}

/** In our words where a client is to blame; the thrown itself where nobody expected it. */
function asFailure(thrown: unknown): unknown {
  if (thrown instanceof RestFailure) return thrown;
  if (thrown instanceof ApiError) return restFailure(thrown);
  if (!(thrown instanceof Error)) return thrown;
  if (isDatabaseUnavailable(thrown)) return restFailure(subgraphUnavailable());
  const words = errorWords[String(errorCode(thrown))];
  const status: unknown = Reflect.get(thrown, 'statusCode');
  if (typeof status !== 'number' || status < 400 || status >= 500) return thrown;
  return new RestFailure(status, words ?? thrown.message);
}

/** Fastify's own name the framework, or say too little. */
const errorWords: Readonly<Record<string, string>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: 'The body is not valid JSON.',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'Send the body as JSON, with Content-Type: application/json.',
  FST_ERR_CTP_BODY_TOO_LARGE: 'The body is too large.',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'The body is not as long as Content-Length says.',
};

async function listen(
  app: FastifyInstance,
  { host, port, portVariable }: { host: string; port: number; portVariable: string },
): Promise<number> {
  try {
    // For this name Fastify opens a second server, on ::1, which would know nothing of `serveFirst` and of closing.
    await app.listen({ host: host === 'localhost' ? '127.0.0.1' : host, port });
  } catch (error) {
    throw listenFailure(error, host, port, portVariable);
  }
  const address = app.server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

function listenFailure(error: unknown, host: string, port: number, portVariable: string): unknown {
  switch (errorCode(error)) {
    case 'EADDRINUSE':
      return new ConfigurationError(
        `Port ${port} is taken; stop what listens there, or set ${portVariable} to another one.`,
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new ConfigurationError(`HOST: ${host} is not an address of this machine.`);
    case 'EACCES':
      return new ConfigurationError(
        `Port ${port} needs more rights than this user has; set ${portVariable} to one above 1023.`,
      );
    default:
      return error;
  }
}
