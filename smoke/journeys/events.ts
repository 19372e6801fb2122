import type { TixGoClient } from '@tixgo/client/client.ts';
import {
  DeleteEventDocument,
  EventDocument,
  type EventFieldsFragment,
  EventsDocument,
  MeDocument,
  PublishEventDocument,
  UpdateEventDocument,
} from '@tixgo/client/generated/documents.ts';
import type { Deployment } from '../deployment.ts';
import { expectError, expectSame, expectThat } from '../expectations.ts';
import { journey } from '../journey.ts';

interface Scene {
  readonly admin: TixGoClient;
  readonly event: EventFieldsFragment;
}

async function setScene(deployment: Deployment): Promise<Scene> {
  const venue = { name: 'Great Hall', city: 'Berlin', country: 'Germany' };
  const event = await deployment.createEvent({
    status: 'DRAFT',
    venue,
    capacity: 300,
    gates: ['north', 'south'],
  });
  expectSame('status', event.status, 'DRAFT');
  return { admin: await deployment.admin(), event };
}

async function idsFound({ anyone }: Deployment, search: string): Promise<string[]> {
  const { events } = await anyone.request(EventsDocument, { filter: { search, status: 'PUBLISHED' } });
  return events.edges.map(({ node }) => node.id);
}

export const events = journey<Scene>({
  name: 'events',
  scene: ['an admin drafts an event', setScene],
  steps: {
    'others do not see the draft': async ({ event }, { anyone }) => {
      await expectError(anyone.request(EventDocument, { id: event.id }), 'NOT_FOUND');
    },
    'its id cannot be used again': async ({ event }, deployment) => {
      await expectError(deployment.createEvent({ id: event.id }), 'CONFLICT');
    },
    'the admin changes it, and what is left out stays': async ({ admin, event }) => {
      const input = { name: `${event.name}, changed`, capacity: null };
      const { updateEvent } = await admin.request(UpdateEventDocument, { id: event.id, input });
      expectSame('name', updateEvent.name, input.name);
      expectSame('capacity', updateEvent.capacity, null);
      expectSame('gates', updateEvent.gates, ['north', 'south']);
      expectThat(updateEvent.updatedAt > event.updatedAt, 'updatedAt did not grow');
    },
    'published, everyone sees it and finds it by its name': async ({ admin, event }, deployment) => {
      await admin.request(PublishEventDocument, { id: event.id });
      const { event: seen } = await deployment.anyone.request(EventDocument, { id: event.id });
      const { me } = await admin.request(MeDocument);
      expectSame('status', seen?.status, 'PUBLISHED');
      expectSame('city', seen?.venue?.city, 'Berlin');
      expectSame('organizer', seen?.organizer?.username, me?.username);
      expectSame('events found', await idsFound(deployment, event.id), [event.id]);
    },
    'publishing it again changes nothing': async ({ admin, event }) => {
      const { publishEvent } = await admin.request(PublishEventDocument, { id: event.id });
      expectSame('status', publishEvent.status, 'PUBLISHED');
    },
    'deleted, it is gone for everyone and the second time not found': async (
      { admin, event },
      { anyone },
    ) => {
      const { deleteEvent } = await admin.request(DeleteEventDocument, { id: event.id });
      expectSame('deleted', deleteEvent, true);
      await expectError(anyone.request(EventDocument, { id: event.id }), 'NOT_FOUND');
      await expectError(admin.request(DeleteEventDocument, { id: event.id }), 'NOT_FOUND');
    },
  },
});
