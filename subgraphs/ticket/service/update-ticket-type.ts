import type { Transaction } from '@tixgo/platform/database/database.ts';
import { conflict, notFound } from '@tixgo/platform/errors.ts';
import { assertUuid } from '@tixgo/platform/ids.ts';
import type { TicketTypeDetails, TicketTypeRecord } from '../domain/ticket-type.ts';
import { lockSaleEvent } from '../store/sale-event-store.ts';
import {
  findTicketTypes,
  lockTicketTypes,
  totalCapacity,
  wasOrdered,
  updateTicketType as writeTicketType,
} from '../store/ticket-type-store.ts';
import { assertFits } from './create-ticket-type.ts';
import type { TicketDependencies } from './dependencies.ts';
import { releaseLapsedOrdersOf } from './release-orders.ts';
import { assertWindows, cleanTicketType, type TicketTypeInput } from './ticket-type-input.ts';

/** @throws NOT_FOUND, BAD_USER_INPUT, CONFLICT for less than is sold and held, or another currency than was sold in */
export const updateTicketType =
  (dependencies: TicketDependencies) =>
  async (id: string, input: TicketTypeInput): Promise<TicketTypeRecord> => {
    const { database, clock } = dependencies;
    const change = cleanTicketType(input);
    assertUuid(id, 'ticket type');
    const [known] = await findTicketTypes(database, [id], clock());
    if (!known) throw notFound('ticket type');
    // What lapsed orders hold is free already.
    if (change.capacity !== undefined) await releaseLapsedOrdersOf(dependencies, known.eventId);
    return await database.transaction(async (transaction) => {
      // Types come before their event, as where an event changes and where a first sale is noted: no deadlock.
      const [type] = await lockTicketTypes(transaction, [id]);
      const event = await lockSaleEvent(transaction, known.eventId);
      if (!event || !type) throw notFound('ticket type');
      const wanted = { ...type, ...change };
      assertWindows(wanted);
      assertStockFits(type, wanted);
      if (wanted.currency !== type.currency) await assertNeverOrdered(transaction, type);
      if (wanted.capacity > type.capacity) {
        assertFits(event, (await totalCapacity(transaction, event.id)) + wanted.capacity - type.capacity);
      }
      return Object.keys(change).length === 0 ? type : await writeTicketType(transaction, id, change);
    });
  };

function assertStockFits(type: TicketTypeRecord, wanted: TicketTypeDetails): void {
  const taken = type.sold + type.reserved;
  if (wanted.capacity < taken) {
    throw conflict(`${taken} of these tickets are sold or held.`, { field: 'capacity' });
  }
}

/** An order of old may be paid late, and counts then in the currency that it was made in. */
async function assertNeverOrdered(
  transaction: Transaction,
  { id, currency }: TicketTypeRecord,
): Promise<void> {
  if (!(await wasOrdered(transaction, id))) return;
  throw conflict(`These tickets are sold in ${currency}.`, { field: 'price.currency' });
}
