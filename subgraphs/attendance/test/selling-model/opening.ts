import { newId } from '@tixgo/platform/ids.ts';
import fc from 'fast-check';
import { createEvent, createType } from './documents.ts';
import { SaleModel } from './sale-model.ts';
import type { SaleWorld } from './sale-world.ts';

/** What is sold: of each type how many there are. */
export const capacities = fc.tuple(
  fc.integer({ min: 1, max: 3 }),
  fc.integer({ min: 1, max: 4 }),
  fc.integer({ min: 1, max: 2 }),
);

/** In minor units; one is free. */
const prices = [1_000, 2_500, 0];
const aDay = 24 * 60 * 60_000;

/** Empties the world and puts one event on sale. */
export async function open(world: SaleWorld, sizes: readonly number[]): Promise<SaleModel> {
  await world.forget();
  const eventId = newId();
  const endsAt = world.now() + 2 * aDay;
  const input = {
    id: eventId,
    name: 'A concert',
    startsAt: new Date(world.now() + aDay).toISOString(),
    endsAt: new Date(endsAt).toISOString(),
    timezone: 'UTC',
  };
  await world.ask('event', createEvent, { input }, world.admin);
  const types = [];
  for (const [index, capacity] of sizes.entries()) {
    const price = prices[index] ?? 0;
    const type = { eventId, name: `Type ${index}`, price: { amount: price, currency: 'EUR' }, capacity };
    const reply = await world.ask('ticket', createType, { input: type }, world.admin);
    if (reply.kind !== 'data') throw new Error(JSON.stringify(reply));
    types.push({ id: reply.data.createTicketType.id, price, capacity });
  }
  await world.settle();
  return new SaleModel(eventId, endsAt, types);
}
