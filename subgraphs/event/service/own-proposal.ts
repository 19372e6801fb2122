import { conflict, notFound } from '@tixgo/platform/errors.ts';
import type { Viewer } from '@tixgo/platform/viewer.ts';
import type { EventRecord } from '../domain/event.ts';
import { proposalAccess } from '../domain/proposal.ts';
import { onlookerOf } from './onlooker.ts';

/** @throws NOT_FOUND for somebody else's, CONFLICT once it is published */
export function assertOwnOpenProposal(event: EventRecord, viewer: Viewer): void {
  const access = proposalAccess(event, onlookerOf(viewer));
  if (access === 'hidden') throw notFound('event');
  if (access === 'closed') throw conflict('The proposal has been published; ask an admin to change it.');
}
