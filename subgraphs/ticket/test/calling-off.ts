import { endsAt } from './reservations.ts';
import type { TicketSystem } from './ticket-system.ts';

/** Tells that the event is canceled; what it sold is as it was yet. */
export async function cancelEvent(system: TicketSystem, eventId: string): Promise<void> {
  await system.event({ eventId, status: 'CANCELED', endsAt, updatedAt: new Date().toISOString() });
}

/** Takes back all that canceled events sold. */
export async function unwind(system: TicketSystem): Promise<void> {
  while (await system.subgraph.services.unwindCanceledEvents());
}

/** Calls the event off, and everything that it sold. */
export async function callOff(system: TicketSystem, eventId: string): Promise<void> {
  await cancelEvent(system, eventId);
  await unwind(system);
}
