import { newId } from '@tixgo/platform/ids.ts';
import type { UserViewer } from '@tixgo/platform/viewer.ts';
import type { EventRecord } from '../domain/event.ts';
import { createEvent, type NewEventInput } from './create-event.ts';
import type { EventDependencies } from './dependencies.ts';

/** A proposal is a draft that its organizer may edit and withdraw until an ADMIN publishes it. */
export const proposeEvent =
  (dependencies: EventDependencies) =>
  async (viewer: UserViewer, input: NewEventInput): Promise<EventRecord> =>
    await createEvent(dependencies)(viewer, { ...input, id: newId(dependencies.clock()), status: 'DRAFT' });
