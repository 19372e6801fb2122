const text = { type: 'string' } as const;
const optionalText = { type: ['string', 'null'] } as const;
const moment = { type: 'string', format: 'date-time' } as const;
const optionalInteger = { type: ['integer', 'null'] } as const;

export const idParameter = {
  type: 'object',
  required: ['id'],
  properties: { id: { type: 'string', examples: ['evt1'] } },
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
  name: { type: 'string', description: '1..200 characters.', examples: ['An evening'] },
  description: optionalText,
  venue,
  starts_at: { ...moment, examples: ['2030-05-01T18:00:00Z'] },
  ends_at: { ...moment, examples: ['2030-05-01T22:00:00Z'] },
  timezone: { type: 'string', description: 'IANA name.', examples: ['Europe/Berlin'] },
  capacity: optionalInteger,
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
} as const;

export const eventChange = {
  type: 'object',
  additionalProperties: false,
  properties: changeable,
} as const;

const eventFields = {
  ...changeable,
  id: text,
  status: { enum: ['DRAFT', 'PUBLISHED', 'CANCELED'] },
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

const count = { type: 'integer' } as const;
const money = {
  type: 'object',
  required: ['amount', 'currency'],
  properties: { amount: { type: 'integer', description: 'In minor units.' }, currency: text },
} as const;

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
        expected: optionalInteger,
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

export { money };
