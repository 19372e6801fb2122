import { badUserInput, conflict, notFound } from '@tixgo/platform/errors.ts';
import { newId } from '@tixgo/platform/ids.ts';
import type { Money } from '@tixgo/platform/money.ts';
import type { SaleEvent } from '../domain/sale-event.ts';
import type { TicketTypeDetails, TicketTypeRecord } from '../domain/ticket-type.ts';
import { lockSaleEvent } from '../store/sale-event-store.ts';
import { insertTicketType, totalCapacity } from '../store/ticket-type-store.ts';
import type { TicketDependencies } from './dependencies.ts';
import { getSaleEvent } from './know-event.ts';
import { assertWindows, cleanGates, cleanTicketType, type TicketTypeInput } from './ticket-type-input.ts';

export interface NewTicketTypeInput extends TicketTypeInput {
  readonly eventId: string;
  readonly name: string;
  readonly price: Money;
  readonly capacity: number;
  readonly validFrom?: Date | null | undefined;
  readonly validUntil?: Date | null | undefined;
  readonly gates?: readonly string[] | null | undefined;
}

/** @throws NOT_FOUND, CONFLICT for a canceled event, BAD_USER_INPUT */
export const createTicketType =
  (dependencies: TicketDependencies) =>
  async ({ eventId, ...input }: NewTicketTypeInput): Promise<TicketTypeRecord> => {
    const { validFrom = null, validUntil = null } = input;
    const details = {
      ...{ description: null, salesStart: null, salesEnd: null },
      ...cleanTicketType({ ...input, maxPerOrder: input.maxPerOrder ?? 10 }),
      validFrom,
      validUntil,
      gates: cleanGates(input.gates, await getSaleEvent(dependencies, eventId)),
    } as TicketTypeDetails;
    assertWindows(details);
    return await dependencies.database.transaction(async (transaction) => {
      const event = await lockSaleEvent(transaction, eventId);
      if (!event) throw notFound('event');
      if (event.status === 'CANCELED') throw conflict('The event is canceled.');
      assertFits(event, (await totalCapacity(transaction, eventId)) + details.capacity);
      return await insertTicketType(transaction, { ...details, id: newId(), eventId });
    });
  };

/** @throws BAD_USER_INPUT when all types together would have more than the event */
export function assertFits({ capacity }: SaleEvent, total: number): void {
  if (capacity !== null && total > capacity) {
    throw badUserInput(
      'capacity',
      `All types together would have ${total} tickets; the event has room for ${capacity}.`,
    );
  }
}
