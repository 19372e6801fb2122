/**
 * What a ticket's code says: the payload of a compact JWS (RFC 7515) signed with EdDSA over Ed25519, whose header has
 * `alg` and `kid`.
 */
export interface TicketCodeClaims {
  /** The ticket's id. */
  readonly sub: string;
  /** The event's id: a ticket of another event is told apart without asking anybody. */
  readonly aud: string;
  /** The code's number; lower ones of the ticket are void. */
  readonly num: number;
}

/** Undefined for a payload that is no ticket's. */
export function asTicketCodeClaims(payload: unknown): TicketCodeClaims | undefined {
  if (typeof payload !== 'object' || payload === null) return undefined;
  const { sub, aud, num } = payload as Readonly<Record<string, unknown>>;
  if (typeof sub !== 'string' || typeof aud !== 'string' || !Number.isInteger(num)) return undefined;
  return { sub, aud, num: Number(num) };
}
