import { createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';

/** Makes refresh tokens. The database keeps their hashes only. */
export class RefreshTokens {
  readonly #successorKey: Buffer;

  /** @param secret the one that signs access tokens; what is derived from it by HKDF tells nothing about it */
  constructor(secret: string) {
    this.#successorKey = Buffer.from(hkdfSync('sha256', secret, '', 'tixgo/refresh-token-successor', 32));
  }

  /** The first of a session. */
  create(): string {
    return randomBytes(32).toString('base64url');
  }

  /** Always the same for one token, so that a repeat can be answered as the first time without keeping the answer. */
  successorOf(token: string): string {
    return createHmac('sha256', this.#successorKey).update(token).digest('base64url');
  }

  /** A token has 256 random bits, so that a plain hash cannot be searched. */
  hash(token: string): string {
    return createHash('sha256').update(token).digest('base64url');
  }
}
