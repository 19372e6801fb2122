import type { FastifyInstance } from 'fastify';
import { StreamDocuments } from './stream-documents.ts';
import { findStreamField } from './stream-fields.ts';
import { registerStreamRoute, type StreamRouteSettings } from './stream-route.ts';
import { Streams, type StreamsSettings } from './streams.ts';

export type RegisterStreamsSettings = Omit<StreamsSettings, 'supergraph'> &
  Omit<StreamRouteSettings, 'streams' | 'documents'> & {
    /** Whether a mistake is answered with what its author may have meant. */
    readonly suggests: boolean;
  };

/**
 * Puts the supergraph's subscriptions on `app`.
 * @throws when the supergraph has one whose events nobody tells
 */
export function registerStreams(app: FastifyInstance, settings: RegisterStreamsSettings): Streams {
  const fields = settings.supergraph().apiSchema.getSubscriptionType()?.getFields() ?? {};
  const unknown = Object.keys(fields).find((name) => !findStreamField(name));
  if (unknown !== undefined) throw new Error(`Nobody tells the events of Subscription.${unknown}.`);
  const streams = new Streams(settings);
  registerStreamRoute(app, { ...settings, streams, documents: new StreamDocuments(settings.suggests) });
  return streams;
}
