import { count, moment, money, optionalMoment, optionalText, text } from './schema-parts.ts';

const ticketTypeFields = {
  id: text,
  name: text,
  description: optionalText,
  price: { ...money, description: 'Of one; 0 is free.' },
  capacity: { ...count, description: 'How many there are in all.' },
  available: { ...count, description: 'Neither sold nor held by an order just now.' },
  sales_start: optionalMoment,
  sales_end: optionalMoment,
  max_per_order: count,
  valid_from: { ...optionalMoment, description: 'From when on the door admits it.' },
  valid_until: { ...optionalMoment, description: 'Until when the door admits it.' },
  gates: { type: ['array', 'null'], items: text, description: 'That admit it; null: every gate.' },
} as const;

export const ticketTypeSchema = {
  type: 'object',
  required: Object.keys(ticketTypeFields),
  properties: ticketTypeFields,
} as const;

const lineFields = {
  ticket_type_id: text,
  ticket_type: { type: 'string', description: 'Its name.' },
  quantity: count,
  price: { ...money, description: 'Of one.' },
} as const;

const ticketFields = {
  id: text,
  status: { enum: ['VALID', 'LISTED', 'REFUNDED', 'CANCELED'] },
  code: { ...optionalText, description: 'What the door reads; null when it is not yours, or void.' },
} as const;

const orderFields = {
  id: text,
  status: { enum: ['pending', 'paid', 'expired', 'cancelled', 'refunded'] },
  event_id: optionalText,
  event_name: optionalText,
  lines: {
    type: 'array',
    items: { type: 'object', required: Object.keys(lineFields), properties: lineFields },
  },
  total: money,
  expires_at: { ...moment, description: 'Until when it holds its tickets unpaid.' },
  created_at: moment,
  tickets: {
    type: 'array',
    description: 'None before it is paid.',
    items: { type: 'object', required: Object.keys(ticketFields), properties: ticketFields },
  },
} as const;

export const orderSchema = {
  type: 'object',
  required: Object.keys(orderFields),
  properties: orderFields,
} as const;

export const bookBody = {
  type: 'object',
  required: ['event_id'],
  additionalProperties: false,
  properties: {
    event_id: text,
    ticket_type_id: { type: 'string', description: 'May be left out where the event has one type only.' },
    quantity: { type: 'integer', minimum: 1, default: 1 },
    idempotency_key: {
      type: 'string',
      description:
        'Sent again within a day, the first answer is repeated. Without one, every call books anew.',
    },
  },
} as const;

export const orderChange = {
  type: 'object',
  required: ['status'],
  additionalProperties: false,
  properties: {
    status: { type: 'string', description: '`cancelled`, and nothing else.' },
  },
  examples: [{ status: 'cancelled' }],
} as const;

export const payBody = {
  type: 'object',
  required: ['order_id'],
  additionalProperties: false,
  properties: {
    order_id: text,
    payment_method: {
      type: 'string',
      description:
        "A method's id that the provider's browser library made, or a test method; never a card number. May be left " +
        'out where the provider is the sandbox: `pm_card_visa`.',
      examples: ['pm_card_visa'],
    },
    idempotency_key: bookBody.properties.idempotency_key,
  },
} as const;

const paymentFields = {
  id: text,
  order_id: optionalText,
  status: { enum: ['processing', 'requires_action', 'succeeded', 'failed', 'refunded', 'disputed'] },
  amount: money,
  provider: text,
  failure_reason: optionalText,
  client_secret: {
    ...optionalText,
    description: 'With `requires_action`: for the browser library of the provider.',
  },
  created_at: moment,
} as const;

export const paymentSchema = {
  type: 'object',
  required: Object.keys(paymentFields),
  properties: paymentFields,
} as const;
