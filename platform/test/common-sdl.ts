import { readFileSync } from 'node:fs';

export function readCommonSdl(): string {
  return readFileSync(new URL('../../schema/common.graphql', import.meta.url), 'utf8');
}
