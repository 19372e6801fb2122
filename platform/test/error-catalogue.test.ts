import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { errorCatalogue, protocolCodes } from '../errors.ts';

const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');

/** The rows of the table below a heading: code -> meaning. */
function table(heading: string): Record<string, string | undefined> {
  const section = page.split(/^## /m).find((part) => part.startsWith(heading)) ?? '';
  return Object.fromEntries(
    [...section.matchAll(/^\| `(\w+)` \| ([^|]+?) \|/gm)].map(([, code = '', meaning]) => [code, meaning]),
  );
}

describe('docs/errors.md', () => {
  test('lists every code of the catalogue in its words, and no other', () => {
    expect(table('Codes')).toEqual(errorCatalogue);
  });

  test('lists every code of the protocol in its words, and no other', () => {
    expect(table('Codes of the protocol')).toEqual(protocolCodes);
  });
});
