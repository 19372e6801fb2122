import type { FastifyBodyParser, FastifyInstance } from 'fastify';
import { RestFailure } from '../rest/rest-failure.ts';

/**
 * Has bodies of `app` read as JSON. A client that says JSON and sends nothing, as many do with DELETE, has not sent broken
 * JSON; nor has one whose fields would reach the prototypes of the server, which is told so.
 */
export function takeJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  const read: FastifyBodyParser<string> = (request, body, done) => {
    if (body === '') return done(null, undefined);
    return parse(request, body, (error, value) => done(error && isJson(body) ? poisoned() : error, value));
  };
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, read);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function poisoned(): RestFailure {
  return new RestFailure(
    400,
    'The body must not have fields named __proto__, or a constructor with a prototype.',
  );
}
