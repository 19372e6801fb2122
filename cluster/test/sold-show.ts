import { setTimeout as pause } from 'node:timers/promises';
import { documents, keyedDocuments } from '@tixgo/attendance/test/buying-documents.ts';
import type { DoorClient } from '@tixgo/attendance/test/door-client.ts';
import { newId } from '@tixgo/platform/ids.ts';

/** An event with tickets that were paid for. */
export interface SoldShow {
  readonly eventId: string;
  readonly ticketTypeId: string;
}

export interface Purchase {
  readonly orderId: string;
  readonly paymentId: string;
}

const order = 'query ($id: ID!) { answer: order(id: $id) { status tickets { code } } }';
/** How long facts may take once all services are there, in milliseconds. */
const patience = 20_000;

/** Buys and reads as one person would who may do everything, such as the first admin. */
export class ShowSeller {
  readonly #door: DoorClient;
  readonly #token: string;

  constructor(door: DoorClient, token: string) {
    this.#door = door;
    this.#token = token;
  }

  /** One whose tickets open the door at every scan, until somebody says otherwise. */
  async openShow(): Promise<SoldShow> {
    const admission = { admission: 'TICKETED', entryPolicy: 'UNLIMITED' };
    const eventId = await this.#door.openEvent(this.#token, { ...thisDay(), ...admission });
    const price = { amount: 2_500, currency: 'EUR' };
    const input = { eventId, name: 'Standing', price, capacity: 100_000 };
    const { id } = await this.#ask(documents.createTicketType, { input });
    return { eventId, ticketTypeId: id };
  }

  /** Two tickets, reserved and paid for; whether the seller knows of the money already is another matter. */
  async buy({ eventId, ticketTypeId }: SoldShow): Promise<Purchase> {
    const lines = [{ ticketTypeId, quantity: 2 }];
    const reserving = { eventId, lines, idempotencyKey: newId() };
    const { id: orderId } = await this.#ask(keyedDocuments.reserveTickets, { input: reserving });
    const paying = { orderId, paymentMethod: 'pm_card_visa', idempotencyKey: newId() };
    const payment = await this.#ask(keyedDocuments.payOrder, { input: paying });
    if (payment.status !== 'SUCCEEDED') throw new Error(`The payment: ${JSON.stringify(payment)}`);
    return { orderId, paymentId: payment.id };
  }

  /** The codes of its tickets, once they are issued. */
  async codesOf({ orderId }: Purchase): Promise<readonly string[]> {
    const deadline = Date.now() + patience;
    for (;;) {
      const { status, tickets } = await this.#ask(order, { id: orderId });
      if (status === 'PAID' && tickets.length > 0) return tickets.map(({ code }: { code: string }) => code);
      if (Date.now() > deadline) throw new Error(`The order is ${status}, with ${tickets.length} tickets.`);
      await pause(20);
    }
  }

  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever shape it asked for
  async #ask(document: string, variables: Record<string, unknown>): Promise<any> {
    const { data, errors } = await this.#door.graphql(document, variables, this.#token);
    if (errors) throw new Error(JSON.stringify(errors));
    return data.answer;
  }
}

function thisDay() {
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
  return { startsAt: inDays(0), endsAt: inDays(1) };
}
