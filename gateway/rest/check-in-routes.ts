import { camelCased } from '@tixgo/platform/rest/casing.ts';
import { failures, signedIn as security } from '@tixgo/platform/rest/openapi.ts';
import type { RestApi } from '@tixgo/platform/rest/rest-api.ts';
import { RestFailure } from '@tixgo/platform/rest/rest-failure.ts';
import type { FastifyInstance } from 'fastify';
import { RestCheckInDocument, type RestCheckInMutationVariables } from '../generated/rest-documents.ts';
import { moment, optionalText, text } from './schema-parts.ts';

/** A check-in as lists and answers show it. */
export const checkInSchema = {
  type: 'object',
  required: ['id', 'event_id', 'ticket_id', 'direction', 'gate', 'checked_in_by', 'checked_in_at'],
  properties: {
    id: text,
    event_id: text,
    ticket_id: text,
    direction: { enum: ['ENTRY', 'EXIT'] },
    gate: optionalText,
    checked_in_by: { type: 'string', description: 'A username.' },
    checked_in_at: moment,
  },
} as const;

const body = {
  type: 'object',
  required: ['event_id'],
  additionalProperties: false,
  properties: {
    event_id: text,
    ticket_id: { type: 'string', description: '1..128 characters, case kept.' },
    code: { type: 'string', description: 'What the scanner read, in the place of `ticket_id`.' },
    gate: text,
    direction: { enum: ['ENTRY', 'EXIT'] },
    nonce: { type: 'string', description: 'Sent again, the first answer is repeated.' },
  },
  examples: [{ event_id: 'evt1', ticket_id: 'TKT-001' }],
} as const;

/** `POST /checkins`: a scan at the door, refused with 400 and the reason in words. */
export function checkInRoutes(app: FastifyInstance, rest: RestApi): void {
  const schema = {
    tags: ['door'],
    security,
    summary: 'Scans a ticket. Scanners and above.',
    body,
    response: {
      201: { ...checkInSchema, description: 'The ticket was let in.' },
      ...failures(404, 409),
    },
  };
  app.post<{ Body: object }>('/checkins', { schema }, async (request, reply) => {
    const input = camelCased(request.body) as unknown as RestCheckInMutationVariables['input'];
    const { checkIn } = await rest.run(request, reply, RestCheckInDocument, { input });
    if (checkIn.__typename === 'CheckInRefusal') throw new RestFailure(400, checkIn.message);
    const { id, eventId, ticketId, direction, gate, checkedInBy, checkedInAt } = checkIn;
    return await reply.code(201).send({
      id,
      event_id: eventId,
      ticket_id: ticketId,
      direction,
      gate,
      checked_in_by: checkedInBy.username,
      checked_in_at: checkedInAt,
    });
  });
}
