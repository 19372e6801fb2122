import { describe, expect, test } from '@jest/globals';
import { ApiError, badUserInput, errorCatalogue, forbidden, protocolCodes } from '../errors.ts';
import { camelCased, snakeCased } from '../rest/casing.ts';
import { restFailure } from '../rest/rest-failure.ts';

describe('a failure', () => {
  test.each([
    [badUserInput('endsAt', 'endsAt must be after startsAt.'), 'ends_at must be after starts_at.'],
    [badUserInput('code', 'Give code or ticketId, not both.'), 'code: Give code or ticket_id, not both.'],
    [badUserInput('filter.checkedInBy', 'filter.checkedInBy is no id.'), 'checked_in_by is no id.'],
    [
      badUserInput('lines.quantity', 'lines.quantity must be from 1 to 20.'),
      'quantity must be from 1 to 20.',
    ],
    [badUserInput('lines.0.ticketTypeId', 'No such type.'), 'ticket_type_id: No such type.'],
    [badUserInput('timezone', '"europeBerlin" is no zone.'), 'timezone: "europeBerlin" is no zone.'],
    [
      badUserInput('startsAt', 'Variable "$input" does not fit at "input.startsAt": DateTime must be one.'),
      'starts_at: DateTime must be one.',
    ],
  ])('names fields as they are sent: %s', (error, detail) => {
    expect(restFailure(error)).toMatchObject({ statusCode: 400, message: detail });
  });

  test('says nothing of coordinates, which are of another API', () => {
    expect(restFailure(forbidden('Query.attendance needs the role SCANNER.')).message).toBe(
      'This needs the role SCANNER.',
    );
    expect(restFailure(forbidden('EventSummary needs the role COMMITTEE.')).message).toBe(
      'This needs the role COMMITTEE.',
    );
    const error = new ApiError('UNAUTHENTICATED', 'Sign in first: Mutation.deleteEvent needs ADMIN.');
    expect(restFailure(error)).toMatchObject({
      statusCode: 401,
      message: 'Sign in first.',
      headers: { 'www-authenticate': 'Bearer' },
    });
  });

  test('that passes says when to ask again', () => {
    const limited = new ApiError('RATE_LIMITED', 'Too many attempts.', { retryAfterSeconds: 7 });
    expect(restFailure(limited)).toMatchObject({ statusCode: 429, headers: { 'retry-after': '7' } });
    const away = new ApiError('SUBGRAPH_UNAVAILABLE', 'Not just now.');
    expect(restFailure(away)).toMatchObject({ statusCode: 503, headers: { 'retry-after': '1' } });
  });

  test('that nobody expected tells nothing', () => {
    for (const code of ['INTERNAL_SERVER_ERROR', 'SOMETHING', undefined, ...Object.keys(protocolCodes)]) {
      if (code === 'BAD_REQUEST') continue;
      const failure = restFailure({ message: 'select 1 from secrets', extensions: { code } });
      expect(failure).toMatchObject({ statusCode: 500, message: 'Something went wrong on our side.' });
    }
  });

  test('of every code has a status of a client’s mistake or a passing one', () => {
    const codes = Object.keys(errorCatalogue).filter((code) => code !== 'INTERNAL_SERVER_ERROR');
    const statuses = codes.map((code) => restFailure({ message: 'x', extensions: { code } }).statusCode);
    expect(new Set(statuses)).toEqual(new Set([400, 401, 403, 404, 409, 410, 429, 503]));
  });
});

test('names change their case at any depth, and values stay', () => {
  const camel = { startsAt: 'startsAt', venue: { geoPoint: [{ latDeg: null }] }, gates: ['mainGate'] };
  const snake = { starts_at: 'startsAt', venue: { geo_point: [{ lat_deg: null }] }, gates: ['mainGate'] };
  expect(snakeCased({ __typename: 'Event', ...camel })).toEqual(snake);
  expect(camelCased(snake)).toEqual(camel);
});
