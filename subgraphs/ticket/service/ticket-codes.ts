import { type SigningKey, signCompact } from '@tixgo/platform/compact-jws.ts';
import type { TicketCodeClaims } from '@tixgo/schema/facts/ticket-code.ts';
import type { TicketRecord } from '../domain/ticket.ts';

/** Signs ticket codes with the newest key; the older ones stay good for codes that people hold. */
export class TicketCodes {
  readonly keys: readonly SigningKey[];
  readonly #newest: SigningKey;

  /** @param keys newest first, one at least */
  constructor(keys: readonly SigningKey[]) {
    const [newest] = keys;
    if (!newest) throw new Error('There is no key to sign tickets with.');
    this.keys = keys;
    this.#newest = newest;
  }

  codeOf({ id, eventId, codeNumber }: Pick<TicketRecord, 'id' | 'eventId' | 'codeNumber'>): string {
    const claims: TicketCodeClaims = { sub: id, aud: eventId, num: codeNumber };
    return signCompact(this.#newest, claims);
  }
}
