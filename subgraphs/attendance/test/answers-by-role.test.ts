import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId } from '@tixgo/platform/ids.ts';
import { userViewer } from '@tixgo/platform/testing/ask.ts';
import type { UserViewer } from '@tixgo/platform/viewer.ts';
import { isObjectType } from 'graphql';
import { AttendanceSystem } from './attendance-system.ts';

// The gateway answers an event of a stream once for everybody of one role, when attendance alone is asked.
let system: AttendanceSystem;
let eventId: string;
let checkInId: string;
beforeAll(async () => {
  system = await AttendanceSystem.start();
  eventId = await system.event();
  checkInId = (await system.scan({ eventId, ticketId: 'T', gate: 'North' })).id;
  await system.scan({ eventId, ticketId: 'T' });
});
afterAll(() => system.close());

/** Somebody of whom nobody may ask more than the role. */
function nobodyInParticular(): UserViewer {
  return new Proxy(userViewer('COMMITTEE'), {
    get: (viewer, name, receiver) => {
      if (name === 'kind' || name === 'role') return Reflect.get(viewer, name, receiver);
      throw new Error(`Somebody asked for the viewer's ${String(name)}.`);
    },
  });
}

const page = 'pageInfo { endCursor hasNextPage }';
const checkIn = /* GraphQL */ `
  id eventId event { id } ticketId ticket { id } importedTicket { code } direction gate checkedInAt
  checkedInBy { id username } forced undoneAt
`;

test('what attendance answers to the queries of streams depends on the role alone, every field of it', async () => {
  const everything = /* GraphQL */ `
    query ($eventId: ID!, $id: ID!) {
      checkIn(id: $id) { ${checkIn} }
      attendance(eventId: $eventId) {
        eventId event { id } totalCheckedIn inside refused expected
        records { edges { cursor node { ${checkIn} } } ${page} totalCount }
        refusals { edges { cursor node { id ticketId reason gate at by { id username } } } ${page} }
        timeline { from entries exits }
        gates { gate checkedIn inside }
      }
    }
  `;
  const asked = { eventId, id: checkInId };
  const answer = await system.client.data(everything, asked, nobodyInParticular());
  expect(answer).toMatchObject({
    checkIn: { id: checkInId },
    attendance: { totalCheckedIn: 1, records: { totalCount: 1 } },
  });
  expect(await system.client.data(everything, asked, userViewer('COMMITTEE', newId()))).toEqual(answer);
  for (const [name, text] of [
    ['Attendance', everything],
    ['CheckIn', checkIn],
  ] as const) {
    const type = system.subgraph.schema.getType(name);
    const fields = isObjectType(type) ? Object.keys(type.getFields()) : [];
    expect(fields).not.toEqual([]);
    expect(fields.filter((field) => !new RegExp(`\\b${field}\\b`).test(text))).toEqual([]);
  }
});
