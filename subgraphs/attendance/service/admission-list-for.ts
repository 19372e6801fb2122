import type { Queryable } from '@tixgo/platform/database/database.ts';
import { type AdmissionList, ticketsToLookUp } from '../domain/admission-list.ts';
import type { Door } from '../domain/door.ts';
import { findListedTickets } from '../store/admission-list-store.ts';
import { findImportedTickets } from '../store/imported-ticket-store.ts';

/**
 * What is known of the tickets that scans of one event present: a statement for each kind of which there are any.
 * @param known that was asked already
 * @param lock `hold`: no import that is asked is taken back before the transaction has ended
 */
export async function admissionListFor(
  database: Queryable,
  door: Door,
  scans: Parameters<typeof ticketsToLookUp>[1],
  known: AdmissionList['issued'],
  lock: 'hold' | 'none',
): Promise<AdmissionList> {
  const { issued, imported } = ticketsToLookUp(door, scans);
  return {
    issued: new Map([...known, ...(await findListedTickets(database, issued))]),
    imported: await findImportedTickets(database, door.eventId, imported, lock),
  };
}
