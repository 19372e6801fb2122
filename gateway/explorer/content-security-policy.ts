import { sandboxFrameOrigin, sandboxScriptUrl } from './sandbox.ts';

/** Nothing may be loaded, framed or submitted but what a page adds; form-action also keeps a password out of URLs when scripts fail. */
const closed = {
  'default-src': "'none'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
  'connect-src': "'self'",
} as const;

/** For a page of our own alone, with an icon in its markup. */
export function closedPolicy(nonce: string): string {
  return policy({
    ...closed,
    'script-src': `'nonce-${nonce}'`,
    'style-src': "'self'",
    'img-src': 'data:',
  });
}

export function sandboxPolicy(nonce: string): string {
  return policy({
    ...closed,
    'script-src': `'nonce-${nonce}' ${sandboxScriptUrl}`,
    'style-src': "'self'",
    'img-src': 'data:',
    'frame-src': sandboxFrameOrigin,
  });
}

/**
 * Monaco, Ruru's editor, places each line by a style attribute and adds style elements as it runs, hence
 * 'unsafe-inline' for styles. Scripts stay with the nonce, which the modules they import inherit.
 */
export function offlinePolicy(nonce: string): string {
  return policy({
    ...closed,
    'script-src': `'nonce-${nonce}'`,
    'style-src': "'self' 'unsafe-inline'",
    'img-src': 'data:',
    'font-src': "'self' data:",
    'worker-src': "'self'",
  });
}

/** A worker is governed by the policy of its own file, not by that of the page. */
export const assetPolicy = policy({ 'default-src': "'none'", 'script-src': "'self'" });

function policy(directives: Record<string, string>): string {
  return Object.entries(directives)
    .map(([directive, sources]) => `${directive} ${sources}`)
    .join('; ');
}
