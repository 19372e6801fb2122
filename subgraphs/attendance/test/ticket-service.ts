import { generateKeyPairSync } from 'node:crypto';
import { type SigningKey, signCompact, signingKeyOf } from '@tixgo/platform/compact-jws.ts';
import { subgraphUnavailable } from '@tixgo/platform/errors.ts';
import type { FactBus } from '@tixgo/platform/facts/fact.ts';
import { newId } from '@tixgo/platform/ids.ts';
import type { TicketChanged } from '@tixgo/schema/facts/ticket.ts';
import type { TicketCodeClaims } from '@tixgo/schema/facts/ticket-code.ts';

export function newSigningKey(): SigningKey {
  return signingKeyOf(generateKeyPairSync('ed25519').privateKey);
}

/** Stands for the ticket service: signs codes, tells of tickets and keys by facts, and answers when it is asked. */
export class TicketService {
  readonly #bus: FactBus;
  /** What it answers of an id; a ticket that it only told of is not here. */
  readonly tickets = new Map<string, TicketChanged>();
  /** The last one signs. */
  readonly keys: SigningKey[] = [newSigningKey()];
  askedForTickets = 0;
  askedForKeys = 0;
  down = false;

  constructor(bus: FactBus) {
    this.#bus = bus;
  }

  readonly lookup = async (fields: string, id = ''): Promise<Record<string, unknown> | null> => {
    this.askedForTickets += 1;
    if (this.down) throw subgraphUnavailable();
    const ticket = this.tickets.get(id);
    if (fields !== 'id event { id } codeNumber doorStanding version type { gates validFrom validUntil }')
      throw new Error(`A ticket has no such fields: ${fields}`);
    return ticket ? entityOf(ticket) : null;
  };

  readonly ticketKeys = async () => {
    this.askedForKeys += 1;
    if (this.down) throw subgraphUnavailable();
    return this.keys.map(({ jwk }) => jwk);
  };

  /** A new ticket that nobody was told of. */
  ticket(eventId: string, change: Partial<TicketChanged> = {}): TicketChanged {
    return {
      ticketId: newId(),
      eventId,
      standing: 'ADMISSIBLE',
      codeNumber: 1,
      gates: null,
      validFrom: null,
      validUntil: null,
      version: 1,
      ...change,
    };
  }

  /** Issues a ticket and tells of it. */
  async issue(eventId: string, change: Partial<TicketChanged> = {}): Promise<TicketChanged> {
    const ticket = this.ticket(eventId, change);
    await this.tell(ticket);
    return ticket;
  }

  async tell(ticket: TicketChanged, factId = newId()): Promise<void> {
    await this.#publish('ticket.changed', ticket.ticketId, ticket, factId);
  }

  async tellOfKeys(): Promise<void> {
    for (const { kid, jwk } of this.keys) await this.#publish('ticket.key-added', kid, { kid, jwk });
  }

  /** The ticket's code as its holder has it. */
  code({ ticketId, eventId, codeNumber }: TicketChanged, change: Partial<TicketCodeClaims> = {}): string {
    const key = this.keys.at(-1);
    if (!key) throw new Error('There is no key.');
    return signCompact(key, { sub: ticketId, aud: eventId, num: codeNumber, ...change });
  }

  async #publish(type: string, key: string, payload: unknown, id = newId()): Promise<void> {
    await this.#bus.publish({ id, type, version: 1, key, occurredAt: '2026-06-01T10:00:00.000Z', payload });
  }
}

function entityOf({ ticketId, eventId, codeNumber, standing, version, ...type }: TicketChanged) {
  return { id: ticketId, event: { id: eventId }, codeNumber, doorStanding: standing, version, type };
}
