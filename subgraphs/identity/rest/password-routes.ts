import { failures } from '@tixgo/platform/rest/openapi.ts';
import type { RestApi } from '@tixgo/platform/rest/rest-api.ts';
import { RestFailure } from '@tixgo/platform/rest/rest-failure.ts';
import type { FastifyInstance } from 'fastify';
import { RestRequestPasswordResetDocument, RestResetPasswordDocument } from '../generated/rest-documents.ts';
import { tokenSchema } from './auth-schemas.ts';

const tags = ['auth'];

/** A forgotten password: asking for the mail, and choosing a new one with what it brought. */
export function passwordRoutes(app: FastifyInstance, rest: RestApi): void {
  requestRoute(app, rest);
  resetRoute(app, rest);
}

function requestRoute(app: FastifyInstance, rest: RestApi): void {
  const schema = {
    tags,
    summary: 'Has a link mailed by which a forgotten password is replaced.',
    body: {
      type: 'object',
      required: ['username'],
      additionalProperties: false,
      properties: { username: { type: 'string' } },
      examples: [{ username: 'testuser' }],
    },
    response: {
      200: {
        description: 'Alike whether there is such a user, and whether they gave an address.',
        type: 'object',
        required: ['detail'],
        properties: { detail: { type: 'string' } },
      },
    },
  };
  app.post<{ Body: { username: string } }>(
    '/auth/request-password-reset',
    { schema },
    async (request, reply) => {
      await rest.run(request, reply, RestRequestPasswordResetDocument, request.body);
      return { detail: 'If somebody of this name gave an address, a mail is on its way to it.' };
    },
  );
}

function resetRoute(app: FastifyInstance, rest: RestApi): void {
  const schema = {
    tags,
    summary: 'Sets a new password with the token of the mail, ends all sessions, and signs in.',
    body: {
      type: 'object',
      required: ['token', 'password'],
      additionalProperties: false,
      properties: {
        token: {
          type: 'string',
          description: 'Of the mail: what stands behind `#token=` in its link. Good once.',
        },
        password: { type: 'string', description: '8..72 bytes of UTF-8.' },
      },
    },
    response: { 200: tokenSchema, ...failures(403) },
  };
  app.post<{ Body: { token: string; password: string } }>(
    '/auth/reset-password',
    { schema },
    async (request, reply) => {
      const { token, password: newPassword } = request.body;
      const { resetPassword } = await rest
        .run(request, reply, RestResetPasswordDocument, { token, newPassword })
        .catch((error: unknown) => {
          throw namedAsHere(error);
        });
      rest.cookies.set(reply, resetPassword);
      return { access_token: resetPassword.accessToken, token_type: 'bearer' };
    },
  );
}

/** The mutation calls it `newPassword`. */
function namedAsHere(error: unknown): unknown {
  if (!(error instanceof RestFailure)) return error;
  return new RestFailure(error.statusCode, error.message.replace('new_password', 'password'), error.headers);
}
