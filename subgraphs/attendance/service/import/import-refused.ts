import { conflict } from '@tixgo/platform/errors.ts';

/** A file that no tickets are taken from, in words for its sender. */
export class ImportRefused extends Error {
  override readonly name = 'ImportRefused';
}

/** Somebody else ended it while it was read. */
export function importEnded() {
  return conflict('The import was ended while the file was read.');
}
