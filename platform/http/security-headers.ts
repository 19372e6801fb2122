import type { FastifyInstance } from 'fastify';

/** For answers that are no page: whatever a browser makes of one, it loads, runs and frames nothing. Pages set their own. */
const always = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
};

const aYear = 365 * 24 * 60 * 60;

/** @param publicUrl how browsers reach the service; only where that is https may it ask them for nothing else */
export function securityHeaders(publicUrl: string): Readonly<Record<string, string>> {
  const isSecure = new URL(publicUrl).protocol === 'https:';
  return isSecure ? { ...always, 'strict-transport-security': `max-age=${aYear}` } : always;
}

/** To every answer of `app`. */
export function addHeaders(app: FastifyInstance, headers: Readonly<Record<string, string>>): void {
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers);
    done();
  });
}
