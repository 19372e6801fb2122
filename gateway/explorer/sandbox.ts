/** The major version that Apollo Server 5 pins for its own landing page. */
export const sandboxScriptUrl =
  'https://embeddable-sandbox.cdn.apollographql.com/v2/embeddable-sandbox.umd.production.min.js';

export const sandboxFrameOrigin = 'https://sandbox.embed.apollographql.com';
