import { expect, test } from '@jest/globals';
import { findUndescribed } from '../descriptions.ts';

function undescribedIn(sdl: string): string[] {
  return findUndescribed({ 'event.graphql': sdl }).map((line) => line.split(' ')[1] ?? '');
}

test('every kind of definition without a description is named by its coordinate', () => {
  const sdl = `
    scalar Money
    directive @limit(max: Int) on FIELD_DEFINITION
    enum Role { ADMIN }
    input NewEvent { title: String }
    interface Node { id: ID }
    union Thing = Event
    type Event { seats(zone: String): Int }
    extend type Event { venue: String }
  `;
  expect(undescribedIn(sdl)).toEqual([
    'Money',
    'limit',
    'limit.max',
    'Role',
    'Role.ADMIN',
    'NewEvent',
    'NewEvent.title',
    'Node',
    'Node.id',
    'Thing',
    'Event',
    'Event.seats',
    'Event.seats.zone',
    'Event.venue',
  ]);
});

test('a described schema passes and federation builtins are left alone', () => {
  const sdl = `
    extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
    scalar _Any
    scalar link__Import
    "Something people attend."
    type Event @key(fields: "id") {
      "Opaque."
      id: ID!
    }
  `;
  expect(undescribedIn(sdl)).toEqual([]);
});

test('an empty description is none, and its file and line are named', () => {
  expect(findUndescribed({ 'a.graphql': '\n" " scalar Money' })).toEqual([
    'a.graphql:2 Money has no description',
  ]);
});

test('the stub of a foreign entity is described by its owner', () => {
  const owner = '"Who signs in." type User { "Opaque." id: ID }';
  expect(findUndescribed({ owner, stub: 'type User { id: ID }' })).toEqual([]);
  expect(findUndescribed({ owner, stub: 'type User { id: ID, scans: Int }' })).toHaveLength(1);
});
