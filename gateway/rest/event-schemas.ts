import { count, moment, money, optionalCount, optionalText, text } from './schema-parts.ts';

export const eventStatuses = ['DRAFT', 'PUBLISHED', 'CANCELED'] as const;

export const eventFilters = {
  type: 'object',
  additionalProperties: false,
  properties: {
    status: { type: 'string', description: 'draft, published or canceled, in any case.' },
    search: { type: 'string', description: "Part of the event's or the venue's name.", examples: ['jazz'] },
    city: text,
    from: { ...moment, description: 'Events that begin then or later.' },
    to: { ...moment, description: 'Events that begin before.' },
  },
} as const;

const venue = {
  type: ['object', 'null'],
  required: ['name'],
  additionalProperties: false,
  properties: {
    name: text,
    address: optionalText,
    city: optionalText,
    country: optionalText,
    latitude: { type: ['number', 'null'] },
    longitude: { type: ['number', 'null'] },
  },
} as const;

const changeable = {
  name: { type: 'string', description: '1..200 characters.' },
  description: optionalText,
  venue,
  starts_at: moment,
  ends_at: { ...moment, description: 'After `starts_at`.' },
  timezone: { type: 'string', description: 'IANA name.' },
  capacity: optionalCount,
  entry_policy: { enum: ['ONCE', 'ONCE_PER_DAY', 'REENTRY_AFTER_EXIT', 'UNLIMITED'] },
  gates: { type: 'array', items: text },
} as const;

const atCreation = {
  id: { type: 'string', description: '[a-z0-9-]{1,64}; a UUID unless given.' },
  admission: { enum: ['OPEN', 'TICKETED'] },
  status: { enum: ['DRAFT', 'PUBLISHED'] },
} as const;

export const eventBody = {
  type: 'object',
  required: ['name', 'starts_at', 'ends_at', 'timezone'],
  additionalProperties: false,
  properties: { ...atCreation, ...changeable },
  examples: [
    {
      name: 'An evening',
      starts_at: '2030-05-01T18:00:00Z',
      ends_at: '2030-05-01T22:00:00Z',
      timezone: 'Europe/Berlin',
    },
  ],
} as const;

export const eventChange = {
  type: 'object',
  additionalProperties: false,
  properties: changeable,
  examples: [{ name: 'Another evening', capacity: 500 }],
} as const;

const eventFields = {
  ...changeable,
  id: text,
  status: { enum: eventStatuses },
  admission: atCreation.admission,
  created_at: moment,
  updated_at: moment,
} as const;

export const eventSchema = {
  type: 'object',
  required: Object.keys(eventFields),
  properties: eventFields,
} as const;

export const eventList = { type: 'array', items: eventSchema } as const;

export const eventSummary = {
  type: 'object',
  required: ['event', 'attendance', 'sales'],
  properties: {
    event: eventSchema,
    attendance: {
      type: ['object', 'null'],
      properties: {
        event_id: text,
        total_checked_in: count,
        inside: count,
        refused: count,
        expected: optionalCount,
        gates: {
          type: 'array',
          items: { type: 'object', properties: { gate: text, checked_in: count, inside: count } },
        },
      },
    },
    sales: {
      type: ['object', 'null'],
      properties: { sold: count, reserved: count, revenue: { type: 'array', items: money } },
    },
  },
} as const;
