import { cancelEvent } from './cancel-event.ts';
import { createEvent } from './create-event.ts';
import { deleteEvent } from './delete-event.ts';
import type { EventDependencies } from './dependencies.ts';
import { eventFinder } from './find-event.ts';
import { listEvents, listMyEvents } from './list-events.ts';
import { proposeEvent } from './propose-event.ts';
import { publishEvent } from './publish-event.ts';
import { updateEvent } from './update-event.ts';
import { updateProposal } from './update-proposal.ts';
import { withdrawProposal } from './withdraw-proposal.ts';

/** Every use case, bound to what it works with. */
export function eventServices(dependencies: EventDependencies) {
  return {
    cancelEvent: cancelEvent(dependencies),
    createEvent: createEvent(dependencies),
    deleteEvent: deleteEvent(dependencies),
    eventFinder: eventFinder(dependencies),
    listEvents: listEvents(dependencies),
    listMyEvents: listMyEvents(dependencies),
    proposeEvent: proposeEvent(dependencies),
    publishEvent: publishEvent(dependencies),
    updateEvent: updateEvent(dependencies),
    updateProposal: updateProposal(dependencies),
    withdrawProposal: withdrawProposal(dependencies),
  };
}

export type EventServices = ReturnType<typeof eventServices>;
