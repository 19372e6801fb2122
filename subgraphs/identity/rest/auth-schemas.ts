/** What signing in answers, by whichever way. */
export const tokenSchema = {
  description: 'Send it as `Authorization: Bearer <access_token>`. Browsers have the cookie instead.',
  type: 'object',
  required: ['access_token', 'token_type'],
  properties: { access_token: { type: 'string' }, token_type: { const: 'bearer' } },
};
