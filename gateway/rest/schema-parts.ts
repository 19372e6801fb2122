/** What the bodies and answers of several routes are made of. */
export const text = { type: 'string' } as const;
export const optionalText = { type: ['string', 'null'] } as const;
export const moment = { type: 'string', format: 'date-time' } as const;
export const optionalMoment = { type: ['string', 'null'], format: 'date-time' } as const;
export const count = { type: 'integer' } as const;
export const optionalCount = { type: ['integer', 'null'] } as const;

export const money = {
  type: 'object',
  required: ['amount', 'currency'],
  properties: { amount: { type: 'integer', description: 'In minor units.' }, currency: text },
} as const;

/** Of routes about one event. */
export const eventParameter = parameter({ type: 'string', examples: ['evt1'] });

/** Of routes about what the system gave an id. */
export const idParameter = parameter({ type: 'string', description: 'As the list of them has it.' });

function parameter(id: object) {
  return { type: 'object', required: ['id'], properties: { id } } as const;
}
