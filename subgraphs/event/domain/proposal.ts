import type { EventRecord } from './event.ts';
import { isOrganizer, type Onlooker } from './event-visibility.ts';

/** `hidden`: somebody else's, about which nothing is said. */
export type ProposalAccess = 'open' | 'hidden' | 'closed';

/** Whether a proposal is still its organizer's to edit and withdraw. */
export function proposalAccess(event: EventRecord, onlooker: Onlooker): ProposalAccess {
  if (!isOrganizer(event, onlooker)) return 'hidden';
  return event.status === 'DRAFT' ? 'open' : 'closed';
}
