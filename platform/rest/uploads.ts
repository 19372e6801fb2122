import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { RestFailure } from './rest-failure.ts';

/** A body that was not read to its end: what it was for must not be done by half. */
export class UploadBroken extends RestFailure {}

export interface UploadForm {
  /** As Content-Type has it: `text/csv`. */
  readonly mediaType: string;
  /** In bytes. */
  readonly limit: number;
  /** How long what is left of a refused body is read, so that its sender comes to read the answer, in milliseconds. */
  readonly linger?: number;
}

const lingerAtStop = 250;

/** Lets the routes of `scope` take bodies of one form, of any length up to the limit, as streams. */
export function acceptUploads(scope: FastifyInstance, form: UploadForm): void {
  let { linger = 5_000 } = form;
  // Who stops waits for every connection.
  scope.addHook('preClose', async () => {
    linger = Math.min(linger, lingerAtStop);
  });
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  scope.addHook('onRequest', async (request) => {
    if (request.method === 'POST') assertAcceptable(request, form);
  });
  scope.addHook('onResponse', async ({ raw }) => {
    if (!raw.complete) dropRest(raw, linger);
  });
}

/** @throws RestFailure */
function assertAcceptable({ headers }: FastifyRequest, { mediaType, limit }: UploadForm): void {
  const [type = '', ...parameters] = (headers['content-type'] ?? '').toLowerCase().split(';');
  const charset = parameters.map((each) => /^\s*charset="?([^"]*)"?\s*$/.exec(each)?.[1]).find(Boolean);
  if (type.trim() !== mediaType || (charset ?? 'utf-8').replace('utf8', 'utf-8') !== 'utf-8') {
    throw new RestFailure(415, `Send the file as it is, in UTF-8, with Content-Type: ${mediaType}.`);
  }
  if ((headers['content-encoding'] ?? 'identity') !== 'identity')
    throw new RestFailure(415, 'Send the file as it is, not compressed.');
  if (Number(headers['content-length'] ?? 0) > limit) throw tooLarge(limit);
}

function tooLarge(limit: number): UploadBroken {
  return new UploadBroken(413, `The file has more than ${limit} bytes.`);
}

/** To close a connection on which a client still writes would take the answer from it. */
function dropRest(body: IncomingMessage, linger: number): void {
  const timer = setTimeout(() => body.destroy(), linger);
  timer.unref();
  body.once('close', () => clearTimeout(timer));
  body.resume();
}

export interface UploadBounds extends Pick<UploadForm, 'limit'> {
  /** How long nothing may come, in milliseconds. */
  readonly patience: number;
  /** Ends the reading with its reason. */
  readonly signal: AbortSignal;
}

/**
 * A body as it comes, no faster than it is taken.
 * @throws UploadBroken when it ends before its end, pauses too long or is too long; and the signal's reason
 */
export async function* uploadedChunks(body: IncomingMessage, bounds: UploadBounds): AsyncGenerator<Buffer> {
  const { limit, patience, signal } = bounds;
  let bytes = 0;
  // Without a listener a connection that breaks while nobody reads would end the process.
  const lost = () => {};
  body.on('error', lost);
  try {
    for (;;) {
      signal.throwIfAborted();
      const chunk: Buffer | null = body.read();
      if (chunk) {
        bytes += chunk.length;
        if (bytes > limit) throw tooLarge(limit);
        yield chunk;
      } else if (body.readableEnded) return;
      else if (body.destroyed) throw new UploadBroken(400, 'The connection broke before the file ended.');
      else await somethingHappens(body, patience, signal);
    }
  } finally {
    body.off('error', lost);
  }
}

async function somethingHappens(body: IncomingMessage, patience: number, signal: AbortSignal): Promise<void> {
  const events = ['readable', 'end', 'close'] as const;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const stalled = () => reject(new UploadBroken(408, `Nothing came for ${patience / 1000} seconds.`));
  const timer = setTimeout(stalled, patience);
  const proceed = () => resolve();
  for (const event of events) body.once(event, proceed);
  signal.addEventListener('abort', proceed);
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    for (const event of events) body.off(event, proceed);
    signal.removeEventListener('abort', proceed);
  }
}
