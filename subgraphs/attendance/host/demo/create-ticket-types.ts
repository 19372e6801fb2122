import type { TicketSubgraph } from '@tixgo/ticket/subgraph.ts';
import type { DemoTicketType } from './demo-sales.ts';
import type { EventRecord } from './ensure-demo-events.ts';

type TicketServices = TicketSubgraph['services'];
export type TicketType = Awaited<ReturnType<TicketServices['createTicketType']>>;

const hour = 60 * 60 * 1000;

/**
 * Creates the types of an event, or the rest of them after a start that ended in the middle.
 * @returns none when the event's own are not those that the demo began with: then somebody else sells there
 */
export async function createTicketTypes(
  ticket: TicketServices,
  { id: eventId, startsAt }: EventRecord,
  demoTypes: readonly DemoTicketType[],
): Promise<TicketType[]> {
  const known = await ticket.salesReader().typesOf(eventId);
  const isAsMade = known.every((type, index) => isMadeFrom(type, demoTypes[index]));
  if (!isAsMade) return [];
  const created: TicketType[] = [];
  for (const { opens, closes, ...details } of demoTypes.slice(known.length)) {
    const salesStart = hoursBefore(startsAt, opens);
    const salesEnd = hoursBefore(startsAt, closes);
    created.push(await ticket.createTicketType({ ...details, eventId, salesStart, salesEnd }));
  }
  return [...known, ...created];
}

function isMadeFrom(type: TicketType, demo: DemoTicketType | undefined): boolean {
  return (
    demo !== undefined &&
    type.name === demo.name &&
    type.price === demo.price.amount &&
    type.currency === demo.price.currency &&
    type.capacity === demo.capacity
  );
}

function hoursBefore(moment: Date, hours: number | undefined): Date | null {
  return hours === undefined ? null : new Date(moment.getTime() - hours * hour);
}
