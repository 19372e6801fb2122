import { signedIn as security } from '@tixgo/platform/rest/openapi.ts';
import { neverCached, type RestApi } from '@tixgo/platform/rest/rest-api.ts';
import { RestFailure } from '@tixgo/platform/rest/rest-failure.ts';
import { type Role, roles } from '@tixgo/platform/viewer.ts';
import type { FastifyInstance } from 'fastify';
import {
  RestLoginDocument,
  RestLogoutDocument,
  RestMeDocument,
  RestRegisterDocument,
} from '../generated/rest-documents.ts';
import { tokenSchema } from './auth-schemas.ts';
import { passwordRoutes } from './password-routes.ts';

const inWords = (role: Role) => role.toLowerCase();

const tags = ['auth'];

const roleSchema = {
  type: 'string',
  description: 'user or committee where those may be chosen, in any case.',
};
const credentials = {
  username: {
    type: 'string',
    description: '3..64 characters, no web address; unique without regard to case.',
  },
  password: { type: 'string', description: '8..72 bytes of UTF-8.' },
};
const account = {
  type: 'object',
  required: ['username', 'role'],
  properties: { username: { type: 'string' }, role: { enum: roles.map(inWords) } },
};
const me = {
  type: 'object',
  required: ['id', 'username', 'role', 'email', 'created_at'],
  properties: {
    id: { type: 'string' },
    username: { type: 'string' },
    role: { enum: roles.map(inWords) },
    email: { type: ['string', 'null'] },
    created_at: { type: 'string', format: 'date-time' },
  },
};

interface RegisterBody {
  readonly username: string;
  readonly password: string;
  readonly role?: string;
  readonly email?: string;
}

type LoginBody = Pick<RegisterBody, 'username' | 'password'>;

/** Registers `/auth/*`: on identity's own listener, and under /api on the host's. */
export function authRoutes(app: FastifyInstance, rest: RestApi): void {
  registerRoute(app, rest);
  loginRoute(app, rest);
  logoutRoute(app, rest);
  whoRoutes(app, rest);
  passwordRoutes(app, rest);
}

function registerRoute(app: FastifyInstance, rest: RestApi): void {
  const schema = {
    tags,
    summary: 'Creates an account.',
    body: {
      type: 'object',
      required: ['username', 'password'],
      additionalProperties: false,
      properties: { ...credentials, role: roleSchema, email: { type: 'string' } },
      examples: [{ username: 'testuser', password: 'testpass123', role: 'committee' }],
    },
    response: { 201: { ...account, description: 'The account.' } },
  };
  app.post<{ Body: RegisterBody }>('/auth/register', { schema }, async (request, reply) => {
    const { role, ...input } = request.body;
    const chosen = role === undefined ? undefined : roleOf(role);
    const { register } = await rest
      .run(request, reply, RestRegisterDocument, { input: { ...input, ...(chosen && { role: chosen }) } })
      .catch((error: unknown) => {
        throw namingTheUser(error, input.username);
      });
    return await reply
      .code(201)
      .send({ username: register.user.username, role: inWords(register.user.role ?? 'USER') });
  });
}

function loginRoute(app: FastifyInstance, rest: RestApi): void {
  const schema = {
    tags,
    summary: 'Signs in: with a token for programs, and a cookie for browsers.',
    body: {
      type: 'object',
      required: ['username', 'password'],
      additionalProperties: false,
      properties: credentials,
      examples: [{ username: 'testuser', password: 'testpass123' }],
    },
    response: { 200: tokenSchema },
  };
  app.post<{ Body: LoginBody }>('/auth/login', { schema }, async (request, reply) => {
    const { login } = await rest.run(request, reply, RestLoginDocument, { input: request.body });
    rest.cookies.set(reply, login);
    return { access_token: login.accessToken, token_type: 'bearer' };
  });
}

function logoutRoute(app: FastifyInstance, rest: RestApi): void {
  const schema = {
    tags,
    security,
    summary: 'Ends the session, of whoever asks.',
    response: {
      200: {
        description: 'The session has ended, or there was none.',
        type: 'object',
        required: ['detail'],
        properties: { detail: { type: 'string' } },
      },
    },
  };
  app.post('/auth/logout', { schema }, async (request, reply) => {
    await rest.run(request, reply, RestLogoutDocument, {});
    rest.cookies.clear(reply);
    return { detail: 'Signed out.' };
  });
}

function whoRoutes(app: FastifyInstance, rest: RestApi): void {
  const answer = (description: string) => ({
    200: { ...me, description },
  });
  const meSchema = { tags, security, summary: 'Who is signed in.', response: answer('The caller.') };
  const verifySchema = {
    ...meSchema,
    summary: 'Whether a token is good, for services that are handed one.',
    response: {
      200: {
        description: 'It is, and is of this user.',
        type: 'object',
        required: ['valid', 'username', 'role'],
        properties: { valid: { const: true }, ...account.properties },
      },
    },
  };
  app.get('/auth/me', { schema: meSchema }, async (request, reply) => {
    const { id, username, role, email, createdAt } = await signedIn(rest, request, reply);
    return { id, username, role: inWords(role ?? 'USER'), email, created_at: createdAt };
  });
  app.get('/auth/verify', { schema: verifySchema }, async (request, reply) => {
    const { username, role } = await signedIn(rest, request, reply);
    return { valid: true, username, role: inWords(role ?? 'USER') };
  });
}

async function signedIn(rest: RestApi, ...[request, reply]: Parameters<RestApi['identify']>) {
  neverCached(reply);
  const { me: user } = await rest.run(request, reply, RestMeDocument, {});
  if (!user) throw new RestFailure(401, 'Sign in first.', { 'www-authenticate': 'Bearer' });
  return user;
}

/** @throws RestFailure */
function roleOf(given: string): Role {
  const role = roles.find((name) => name === given.trim().toUpperCase());
  if (role === undefined)
    throw new RestFailure(400, `role: must be one of ${roles.map(inWords).join(', ')}.`);
  return role;
}

/** The original clients read the name from the words. */
function namingTheUser(error: unknown, username: string): unknown {
  const isTaken =
    error instanceof RestFailure && error.message.startsWith('username: This username is taken');
  return isTaken ? new RestFailure(400, `The username ${username.trim()} is taken; choose another.`) : error;
}
