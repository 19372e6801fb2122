import { between, mulberry32, pick, type Random } from '../host/demo/random.ts';
import { type Answer, type BuyingClient, Cut } from './buying-client.ts';
import { documents } from './buying-documents.ts';
import { Acknowledged } from './kept-promises.ts';

const size = 12;
/** How many answers it takes until some pay while others reserve. */
const underWayAfter = 3 * size;

/** What may be drawn, each with its share. */
type Shares<T> = readonly (readonly [number, T])[];

interface Buyer {
  readonly username: string;
  readonly token: string;
  /** Orders that may still be paid. */
  readonly unpaid: string[];
  /** Of payments that wait for their payer, and of those whose payer was just with their bank. */
  readonly secrets: string[];
  readonly interrupted: string[];
}

interface Sale {
  readonly eventId: string;
  readonly typeIds: readonly string[];
}

interface Rush {
  readonly underWay: Promise<void>;
  readonly over: Promise<void>;
  stop(): void;
}

interface HeldTicket {
  readonly id: string;
  readonly code: string | null;
  readonly status: string;
  readonly event: { readonly id: string };
  readonly type: { readonly price: { readonly amount: number; readonly currency: string } };
}

const types = [
  { name: 'Standing', price: 2500, capacity: 100 },
  { name: 'Seated', price: 4000, capacity: 20 },
  { name: 'Companion', price: 0, capacity: 12 },
];

/** The shares of how people pay. Slow ones take longer than an answer waits, or than an order is held. */
const methods: Shares<string> = [
  [10, 'pm_card_visa'],
  [2, 'pm_card_visa_chargeDeclined'],
  [4, 'pm_card_threeDSecure2Required'],
  [2, 'sandbox_slow_100'],
  [1, 'sandbox_slow_1500'],
  [1, 'sandbox_slow_3000'],
  [1, 'sandbox_unavailable'],
  [1, 'sandbox_timeout_after_charge'],
];

const chosen = <T>(random: Random, from: readonly T[]): T | undefined =>
  from[Math.floor(random() * from.length)];

const taken = <T>(random: Random, from: T[]): T | undefined =>
  from.splice(Math.floor(random() * from.length), 1)[0];

function drawn<T>(random: Random, shares: Shares<T>): T | undefined {
  const index = pick(
    random,
    shares.map(([share]) => share),
  );
  return shares[index]?.[1];
}

/** People who buy at random, all at once, until the host is gone; what they got stays theirs from one host to the next. */
export class BuyingCrowd {
  readonly acknowledged = new Acknowledged();
  readonly #client: BuyingClient;
  readonly #admin: string;
  readonly #buyers: Buyer[] = [];
  readonly #sales: Sale[] = [];
  readonly #listings: string[] = [];

  constructor(client: BuyingClient, admin: string) {
    this.#client = client;
    this.#admin = admin;
  }

  async register(): Promise<void> {
    for (let number = 1; number <= size; number += 1) {
      const input = { username: `buyer${number}`, password: 'test-pass-123', role: 'USER' };
      const { accessToken } = await this.#setUp(documents.register, { input });
      this.#buyers.push({
        username: input.username,
        token: String(accessToken),
        unpaid: [],
        secrets: [],
        interrupted: [],
      });
    }
  }

  async openSale(): Promise<void> {
    const [startsAt, endsAt] = [1, 2].map((days) => new Date(Date.now() + days * 86_400_000).toISOString());
    const event = { name: 'A concert', startsAt, endsAt, timezone: 'UTC' };
    const { id: eventId } = await this.#setUp(documents.createEvent, { input: event });
    const typeIds: string[] = [];
    for (const { name, price, capacity } of types) {
      const input = { eventId, name, price: { amount: price, currency: 'EUR' }, capacity };
      typeIds.push(String((await this.#setUp(documents.createTicketType, { input })).id));
    }
    this.#sales.push({ eventId: String(eventId), typeIds });
  }

  /**
   * `underWay` resolves when people are in the middle of it, `over` once nobody was answered any more, or each has ended
   * what they were at after `stop`.
   */
  rush(seed: number): Rush {
    let goesOn = true;
    const { promise: underWay, resolve } = Promise.withResolvers<void>();
    const until = this.#client.counts.answered + underWayAfter;
    const journeys = this.#buyers.map(async (buyer, index) => {
      const random = mulberry32(seed * size + index);
      // Most of the last rush has lapsed meanwhile; some try nevertheless.
      buyer.unpaid.splice(0, buyer.unpaid.length - 1);
      try {
        while (goesOn) {
          await this.#act(random, buyer);
          if (this.#client.counts.answered >= until) resolve();
        }
      } catch (error) {
        if (!(error instanceof Cut)) throw error;
      }
    });
    const over = Promise.all(journeys).then(() => resolve());
    const stop = () => {
      goesOn = false;
    };
    return { underWay: Promise.race([underWay, over]), over, stop };
  }

  /** Most of those who were cut off from their bank try again; the payments of the others are looked after. */
  async comeBack(seed: number): Promise<void> {
    const random = mulberry32(seed);
    for (const buyer of this.#buyers) {
      for (const clientSecret of buyer.interrupted.splice(0)) {
        if (random() < 0.8) await this.#withBank(buyer, { clientSecret, authenticate: true });
      }
    }
  }

  async #act(random: Random, buyer: Buyer): Promise<void> {
    const act = drawn<() => Promise<void>>(random, [
      [15, () => this.#reserve(random, buyer)],
      [buyer.unpaid.length > 0 ? 45 : 0, () => this.#pay(random, buyer)],
      [buyer.unpaid.length > 0 ? 4 : 0, () => this.#cancelOrder(random, buyer)],
      [buyer.secrets.length > 0 ? 20 : 0, () => this.#authenticate(random, buyer)],
      [20, () => this.#useTicket(random, buyer)],
      [this.#listings.length > 0 ? 12 : 0, () => this.#buyListing(random, buyer)],
      [this.acknowledged.payments.size > 0 ? 4 : 0, () => this.#refund(random)],
      [this.#sales.length > 1 ? 0.5 : 0, () => this.#cancelEvent(random)],
    ]);
    await act?.();
  }

  async #reserve(random: Random, buyer: Buyer): Promise<void> {
    const sale = this.#sales.at(random() < 0.8 ? -1 : Math.floor(random() * this.#sales.length));
    if (!sale) return;
    const some = sale.typeIds.filter(() => random() < 0.5);
    const typeIds = some.length > 0 ? some : sale.typeIds.slice(0, 1);
    const lines = typeIds.map((ticketTypeId) => ({ ticketTypeId, quantity: random() < 0.7 ? 1 : 3 }));
    const answer = await this.#client.askKeyed(
      'reserveTickets',
      (idempotencyKey) => ({ input: { eventId: sale.eventId, lines, idempotencyKey } }),
      buyer.token,
      random() < 0.1 ? 2 : 1,
    );
    this.#noteOrder(buyer, answer);
  }

  async #buyListing(random: Random, buyer: Buyer): Promise<void> {
    const id = random() < 0.7 ? taken(random, this.#listings) : chosen(random, this.#listings);
    this.#noteOrder(
      buyer,
      await this.#client.askKeyed('reserveListing', (key) => ({ id, key }), buyer.token),
    );
  }

  #noteOrder(buyer: Buyer, answer: Answer | undefined): void {
    if (answer?.__typename === 'Order') buyer.unpaid.push(String(answer.id));
  }

  async #pay(random: Random, buyer: Buyer): Promise<void> {
    const orderId = chosen(random, buyer.unpaid);
    const paymentMethod = drawn(random, methods);
    const answer = await this.#client.askKeyed(
      'payOrder',
      (idempotencyKey) => ({ input: { orderId, paymentMethod, idempotencyKey } }),
      buyer.token,
      random() < 0.2 ? 2 : 1,
    );
    // One whose card was declined tries another one; what cannot be paid is given up.
    if (answer?.__typename !== 'PaymentDeclined')
      buyer.unpaid.splice(buyer.unpaid.indexOf(String(orderId)), 1);
    if (answer?.status === 'SUCCEEDED') this.acknowledged.payments.add(String(answer.id));
    if (answer?.status === 'REQUIRES_ACTION') buyer.secrets.push(String(answer.clientSecret));
  }

  async #authenticate(random: Random, buyer: Buyer): Promise<void> {
    const clientSecret = taken(random, buyer.secrets) ?? '';
    buyer.interrupted.push(clientSecret);
    await this.#withBank(buyer, { clientSecret, authenticate: random() < 0.8 });
    buyer.interrupted.pop();
  }

  async #withBank(buyer: Buyer, variables: { clientSecret: string; authenticate: boolean }): Promise<void> {
    const answer = await this.#client.ask(documents.completeSandboxAction, variables, buyer.token);
    if (answer?.status === 'SUCCEEDED') this.acknowledged.payments.add(String(answer.id));
  }

  async #cancelOrder(random: Random, buyer: Buyer): Promise<void> {
    const id = taken(random, buyer.unpaid);
    const answer = await this.#client.ask(documents.cancelOrder, { id }, buyer.token);
    if (answer) this.acknowledged.canceledOrders.add(String(answer.id));
  }

  /** Gives a ticket away, offers it, takes the offer back, or goes to the door with it. */
  async #useTicket(random: Random, buyer: Buyer): Promise<void> {
    const answer = await this.#client.ask(documents.myTickets, {}, buyer.token);
    const edges = (answer?.edges ?? []) as readonly { readonly node: HeldTicket }[];
    const good = edges.map(({ node }) => node).filter(({ status }) => status === 'VALID');
    const ticket = chosen(random, good);
    if (!ticket) return;
    const use = drawn<() => Promise<void>>(random, [
      [3, () => this.#transfer(random, buyer, ticket)],
      [ticket.type.price.amount > 0 ? 5 : 0, () => this.#list(random, buyer, ticket)],
      [2, () => this.#scan(ticket)],
    ]);
    await use?.();
  }

  async #transfer(random: Random, buyer: Buyer, { id }: HeldTicket): Promise<void> {
    const to = chosen(
      random,
      this.#buyers.filter((other) => other !== buyer),
    );
    const answer = await this.#client.ask(documents.transferTicket, { id, to: to?.username }, buyer.token);
    if (answer) this.acknowledged.codes.add(`${answer.id}:${answer.codeNumber}`);
  }

  async #list(random: Random, buyer: Buyer, { id, type }: HeldTicket): Promise<void> {
    const amount = Math.floor(between(random, 1, type.price.amount));
    const price = { amount, currency: type.price.currency };
    const listed = await this.#client.ask(documents.listTicket, { id, price }, buyer.token);
    if (!listed) return;
    this.acknowledged.listings.add(String(listed.id));
    this.#listings.push(String(listed.id));
    if (random() < 0.8) return;
    const canceled = await this.#client.ask(documents.cancelListing, { id: listed.id }, buyer.token);
    if (canceled) this.acknowledged.canceledListings.add(String(canceled.id));
  }

  async #scan({ code, event }: HeldTicket): Promise<void> {
    const answer = await this.#client.askKeyed(
      'checkIn',
      (nonce) => ({ input: { eventId: event.id, code, nonce } }),
      this.#admin,
    );
    if (answer?.__typename === 'CheckIn') this.acknowledged.checkIns.add(String(answer.id));
  }

  async #refund(random: Random): Promise<void> {
    const id = chosen(random, [...this.acknowledged.payments]);
    const answer = await this.#client.ask(documents.refundPayment, { id }, this.#admin);
    if (answer) this.acknowledged.refunds.add(String(answer.id));
  }

  async #cancelEvent(random: Random): Promise<void> {
    const sale = taken(random, this.#sales);
    const answer = await this.#client.ask(documents.cancelEvent, { id: sale?.eventId }, this.#admin);
    if (answer) this.acknowledged.canceledEvents.add(String(answer.id));
  }

  async #setUp(document: string, variables: Record<string, unknown>): Promise<Answer> {
    const answer = await this.#client.ask(document, variables, this.#admin);
    if (!answer) throw new Error(`${document} ${JSON.stringify(variables)} was refused.`);
    return answer;
  }
}
