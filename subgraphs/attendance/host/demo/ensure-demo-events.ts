import type { EventSubgraph } from '@tixgo/event/subgraph.ts';
import type { IdentitySubgraph } from '@tixgo/identity/subgraph.ts';
import { ApiError } from '@tixgo/platform/errors.ts';
import type { UserViewer } from '@tixgo/platform/viewer.ts';
import { firstAdmin } from './demo-accounts.ts';
import { type DemoEvent, demoEvents, newEventOf } from './demo-events.ts';

type EventServices = EventSubgraph['services'];
export type EventRecord = Awaited<ReturnType<EventServices['createEvent']>>;

export interface EnsuredEvent {
  readonly demo: DemoEvent;
  readonly record: EventRecord;
}

interface OwningServices {
  readonly event: EventServices;
  readonly identity: IdentitySubgraph['services'];
}

/** Creates the demo events that were never there. @returns those that nobody has changed or deleted since */
export async function ensureDemoEvents(services: OwningServices, now: Date): Promise<EnsuredEvent[]> {
  const finder = services.event.eventFinder({ kind: 'service', name: 'demo-data' });
  const found = await Promise.all(
    demoEvents.map(async (demo) => ({ demo, record: await finder.find(demo.id) })),
  );
  const isAnyMissing = found.some(({ record }) => record === undefined);
  const organizer = isAnyMissing ? await firstAdmin(services.identity, now) : undefined;
  const ensured: EnsuredEvent[] = [];
  for (const { demo, record: known } of found) {
    const record = known ?? (organizer && (await createUnlessDeleted(services.event, organizer, demo, now)));
    if (!record || isTouched(record)) continue;
    if (demo.cancelReason === undefined) ensured.push({ demo, record });
    else await services.event.cancelEvent(demo.id, demo.cancelReason);
  }
  return ensured;
}

/** The id of a deleted event is not given again. */
async function createUnlessDeleted(
  event: EventServices,
  organizer: UserViewer,
  demo: DemoEvent,
  now: Date,
): Promise<EventRecord | undefined> {
  try {
    return await event.createEvent(organizer, newEventOf(demo, now));
  } catch (error) {
    if (error instanceof ApiError && error.code === 'CONFLICT') return undefined;
    throw error;
  }
}

/** Every change moves `updatedAt` on. */
function isTouched({ createdAt, updatedAt }: EventRecord): boolean {
  return updatedAt.getTime() !== createdAt.getTime();
}
