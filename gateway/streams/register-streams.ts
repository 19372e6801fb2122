import type { FastifyInstance } from 'fastify';
import { StreamDocuments } from './stream-documents.ts';
import { registerStreamRoute, type StreamRouteSettings } from './stream-route.ts';
import { Streams, type StreamsSettings } from './streams.ts';

export type RegisterStreamsSettings = Omit<StreamsSettings, 'supergraph'> &
  Omit<StreamRouteSettings, 'streams' | 'documents'> & {
    /** Whether a mistake is answered with what its author may have meant. */
    readonly suggests: boolean;
  };

/** Puts the supergraph's subscriptions on `app`. */
export function registerStreams(app: FastifyInstance, settings: RegisterStreamsSettings): Streams {
  const streams = new Streams(settings);
  registerStreamRoute(app, { ...settings, streams, documents: new StreamDocuments(settings.suggests) });
  return streams;
}
