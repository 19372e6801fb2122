import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Viewer } from '@tixgo/platform/viewer.ts';
import { type DocumentNode, parse, validate } from 'graphql';
import type { DocumentCache } from '../document/document-cache.ts';
import type { PreparedDocument } from '../document/prepared-document.ts';
import type { LoadedSupergraph } from './loaded-supergraph.ts';

/** Clients have some dozens; a document takes a millisecond or two. */
const documentsAhead = 200;

/** In whose name it is planned. Whoever asks for it then is looked at as ever. */
const gateway: Viewer = { kind: 'service', name: 'gateway' };

/**
 * Prepares over `next` what is asked most of the one before, so that nobody waits for it. What `next` does not answer is
 * left for its clients to hear. Other requests are answered between any two documents.
 */
export async function prepareAhead(next: LoadedSupergraph, before: DocumentCache): Promise<void> {
  for (const prepared of before.mostAsked(documentsAhead)) {
    await nextTurn();
    const document = parse(prepared.text);
    if (validate(next.apiSchema, document).length === 0) prepareOperations(next, prepared, document);
  }
}

function prepareOperations(
  { documents }: LoadedSupergraph,
  { text, plannedOperations }: PreparedDocument,
  document: DocumentNode,
): void {
  for (const name of plannedOperations) {
    try {
      documents.prepare(text, document, name || undefined, gateway);
    } catch {
      // Its first client is told.
      return;
    }
  }
}
