import type { Answer, TicketSystem } from './ticket-system.ts';

export const euros = (amount: number) => ({ amount, currency: 'EUR' });

export const updateType = /* GraphQL */ `
  mutation ($id: ID!, $input: UpdateTicketTypeInput!) { updateTicketType(id: $id, input: $input) { id } }
`;
export const deleteType = 'mutation ($id: ID!) { deleteTicketType(id: $id) }';
const typeQuery = /* GraphQL */ `
  query ($of: [_Any!]!) {
    _entities(representations: $of) {
      ... on TicketType {
        name description price { amount currency } capacity available salesStart salesEnd maxPerOrder
        validFrom validUntil gates event { id }
      }
    }
  }
`;

export async function typeById({ client }: TicketSystem, id: string): Promise<Answer> {
  return (await client.data(typeQuery, { of: [{ __typename: 'TicketType', id }] }))._entities[0];
}

/** The types of an event, oldest first. */
export async function typesOf({ client }: TicketSystem, id: string): Promise<Answer[]> {
  const query =
    'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Event { ticketTypes { id } } } }';
  return (await client.data(query, { of: [{ __typename: 'Event', id }] }))._entities[0].ticketTypes;
}

/** What neither a new type nor a change may hold, and the field that is named. */
export const outOfBounds: readonly [what: string, input: Record<string, unknown>, field: string][] = [
  ['an empty name', { name: ' ' }, 'name'],
  ['a name of 101 characters', { name: 'x'.repeat(101) }, 'name'],
  ['a name with a control character', { name: 'Sea\u0007ts' }, 'name'],
  ['a name over two lines', { name: 'Sea\nts' }, 'name'],
  ['a name that turns the writing round', { name: 'Sea\u202ets' }, 'name'],
  ['a description of 2,001 characters', { description: 'x'.repeat(2_001) }, 'description'],
  ['a description with a control character', { description: 'Bad \u0000' }, 'description'],
  ['no place at all', { capacity: 0 }, 'capacity'],
  ['a negative capacity', { capacity: -1 }, 'capacity'],
  ['more than a million places', { capacity: 1_000_001 }, 'capacity'],
  ['a negative price', { price: euros(-1) }, 'price.amount'],
  ['a price above eight digits', { price: euros(100_000_000) }, 'price.amount'],
  ['a price that cannot be charged', { price: { amount: 1_005, currency: 'KWD' } }, 'price.amount'],
  ['an unknown currency', { price: { amount: 1, currency: 'XQX' } }, 'price.currency'],
  ['a currency in small letters', { price: { amount: 1, currency: 'eur' } }, 'price.currency'],
  ['no ticket an order', { maxPerOrder: 0 }, 'maxPerOrder'],
  ['a negative limit', { maxPerOrder: -1 }, 'maxPerOrder'],
  ['a limit above a hundred', { maxPerOrder: 101 }, 'maxPerOrder'],
  [
    'a sale that ends before it starts',
    { salesStart: '2026-05-02T10:00:00Z', salesEnd: '2026-05-02T11:59:59+02:00' },
    'salesEnd',
  ],
  [
    'a sale of no time at all',
    { salesStart: '2026-05-02T10:00:00Z', salesEnd: '2026-05-02T10:00:00Z' },
    'salesEnd',
  ],
];
