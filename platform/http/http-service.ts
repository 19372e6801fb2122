import { randomUUID } from 'node:crypto';
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { ConfigurationError } from '../env.ts';
import { errorCode } from '../error-code.ts';
import { ApiError } from '../errors.ts';
import type { Log } from '../logging.ts';
import { RestFailure, restFailure } from '../rest/rest-failure.ts';

/** Whether one proxy stands in front, or the addresses of those that are believed. */
export type TrustProxy = boolean | string;

/** Fastify's own `true` would believe the first address of the header, which is whatever the client wrote. */
const onlyTheNearest = (_address: string, hop: number) => hop === 0;

export interface HttpServiceSettings {
  /** As `/health` says it: `identity-service`. */
  readonly name: string;
  readonly log: Log;
  /** In bytes; larger bodies are answered with 413. */
  readonly bodyLimit?: number;
  /** Whose X-Forwarded-For is believed; as Fastify's trustProxy. */
  readonly trustProxy?: TrustProxy;
  /** What `/ready` waits for; never another subgraph, or a door would close because sales are down. */
  readonly isReady: () => Promise<boolean>;
}

export interface HttpService {
  readonly app: FastifyInstance;
  /** @throws ConfigurationError when the address is taken or not ours */
  listen(address: { host: string; port: number; portVariable: string }): Promise<number>;
  /** From here on `/ready` says 503, so that a balancer looks elsewhere. */
  drain(): void;
  /** Lets requests in flight finish, then closes. */
  close(): Promise<void>;
}

const defaultBodyLimit = 256 * 1024;
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
    // An address that no route can be asked by: Fastify's own answer would have another form.
    frameworkErrors: (_error, _request, reply) => {
      reply.hijack();
      reply.raw.writeHead(400, { 'content-type': 'application/json; charset=utf-8' });
      reply.raw.end(JSON.stringify({ detail: 'The address is not well formed.' }));
    },
    // Requests in flight finish on close; connections that idle would otherwise hold it up.
    forceCloseConnections: 'idle',
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
  app.addHook('onResponse', async (request, reply) => {
    const { method, url } = request;
    const path = url.split('?', 1)[0];
    const line = {
      requestId: request.id,
      method,
      path,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
    };
    settings.log.debug(line, 'answered');
  });
  app.setErrorHandler(async (thrown, request, reply) => {
    const error = thrown instanceof ApiError ? restFailure(thrown) : thrown;
    const status = statusOf(error);
    if (error instanceof RestFailure) reply.headers(error.headers);
    if (status >= 500) settings.log.error({ requestId: request.id, err: error }, 'unexpected error');
    const detail =
      status >= 500 || !(error instanceof Error) ? 'Something went wrong on our side.' : error.message;
    return await reply.code(status).send({ detail });
  });
  app.setNotFoundHandler(
    async (_request, reply) => await reply.code(404).send({ detail: 'There is nothing here.' }),
  );
  app.get('/health', async () => ({ status: 'ok', service: settings.name }));
  app.get('/ready', async (_request, reply) => {
    const ready = !draining && (await settings.isReady());
    return await reply
      .code(ready ? 200 : 503)
      .send({ status: ready ? 'ready' : 'not ready', service: settings.name });
  });
  return {
    app,
    listen: async (address) => await listen(app, address),
    drain: () => {
      draining = true;
    },
    close: () => closeWhenIdle(app),
  };
}

/**
 * Fastify closes the connections that idle when it begins to close. One that was busy then stays open once its answer
 * is out, kept alive for a client that will not be served again, and would hold the end up for over a minute.
 */
async function closeWhenIdle(app: FastifyInstance): Promise<void> {
  const sweep = setInterval(() => app.server.closeIdleConnections(), 50);
  try {
    await app.close();
  } finally {
    clearInterval(sweep);
  }
}

function requestIdOf(request: { headers: Record<string, string | string[] | undefined> }): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && acceptableRequestId.test(given) ? given : randomUUID();
}

function statusOf(error: unknown): number {
  const status = error instanceof Error ? Reflect.get(error, 'statusCode') : undefined;
  return typeof status === 'number' && status >= 400 ? status : 500;
}

async function listen(
  app: FastifyInstance,
  { host, port, portVariable }: { host: string; port: number; portVariable: string },
): Promise<number> {
  try {
    await app.listen({ host, port });
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
