import { createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';

/**
 * Makes the tokens of password resets. A mail waits with a random seed, from which the token is derived when it goes
 * out: whoever reads the database, or a copy of it, has neither the token nor what it takes to make it.
 */
export class ResetTokens {
  readonly #key: Buffer;

  /** @param secret the one that signs access tokens; what is derived from it by HKDF tells nothing about it */
  constructor(secret: string) {
    this.#key = Buffer.from(hkdfSync('sha256', secret, '', 'tixgo/password-reset', 32));
  }

  createSeed(): string {
    return randomBytes(32).toString('base64url');
  }

  tokenOf(seed: string): string {
    return createHmac('sha256', this.#key).update(seed).digest('base64url');
  }

  /** A token has 256 bits that nobody can foresee, so that a plain hash cannot be searched. */
  hash(token: string): string {
    return createHash('sha256').update(token).digest('base64url');
  }
}
