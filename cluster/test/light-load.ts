import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { keyedDocuments } from '@tixgo/attendance/test/buying-documents.ts';
import type { DoorClient } from '@tixgo/attendance/test/door-client.ts';
import type { ServiceName } from '../cluster.ts';

export type OtherService = Exclude<ServiceName, 'attendance'>;
export const otherServices = ['identity', 'event', 'ticket', 'payment'] as const;

export interface LoadSettings {
  readonly door: DoorClient;
  readonly token: string;
  /** Everybody may enter, once for each ticket id. */
  readonly openEventId: string;
  /** Its tickets may enter again and again. */
  readonly show: { readonly eventId: string; readonly code: string };
  readonly orderId: string;
  readonly paymentId: string;
}

export interface Exchange {
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever shape it asked for
  readonly answer: any;
  /** In milliseconds. */
  readonly took: number;
}

/** What was asked and answered in a stretch of time. */
export interface Stretch {
  readonly scans: readonly Exchange[];
  readonly readings: readonly Exchange[];
}

/** Something of each service, in fields of which each can be null by itself. */
const everything = `query ($event: ID!, $order: ID!, $payment: ID!) {
  attendance(eventId: $event) { totalCheckedIn event { name ticketTypes { name } } }
  event(id: $event) { name }
  me { username }
  order(id: $order) { status }
  payment(id: $payment) { status }
}`;

const count = 'query ($event: ID!) { attendance(eventId: $event) { totalCheckedIn } }';

const pathsOf: Readonly<Record<OtherService, RegExp>> = {
  identity: /^me/,
  event: /^(event|attendance\.event)/,
  ticket: /^(order|attendance\.event)/,
  payment: /^payment/,
};

const internalAddress = /127\.0\.0\.1|localhost|ECONN|UND_ERR|socket|\b\d{5}\b|https?:/i;

/** One who scans at each of two doors, and one who reads something of every service, again and again. */
export class LightLoad {
  readonly #settings: LoadSettings;
  #stretch = { scans: [] as Exchange[], readings: [] as Exchange[] };
  #tickets = 0;
  #goesOn = true;
  #over: Promise<unknown> = Promise.resolve();
  /** How many check-ins at the open door were acknowledged. */
  acknowledged = 0;

  constructor(settings: LoadSettings) {
    this.#settings = settings;
  }

  /** How many were asked for there. */
  get asked(): number {
    return this.#tickets;
  }

  start(): void {
    const repeat = async (act: () => Promise<unknown>) => {
      while (this.#goesOn) {
        await act();
        await pause(10);
      }
    };
    this.#over = Promise.all([
      repeat(() => this.#scanOpen()),
      repeat(() => this.#scanShow()),
      repeat(() => this.read()),
    ]);
  }

  /** Resolves when the last of it was answered. */
  async stop(): Promise<void> {
    this.#goesOn = false;
    await this.#over;
  }

  /** All that was answered since the last time. */
  take(): Stretch {
    const stretch = this.#stretch;
    this.#stretch = { scans: [], readings: [] };
    return stretch;
  }

  /** How many scans were answered since then. */
  get scanned(): number {
    return this.#stretch.scans.length;
  }

  async read(): Promise<Exchange> {
    const { show, orderId, paymentId } = this.#settings;
    const variables = { event: show.eventId, order: orderId, payment: paymentId };
    const exchange = await this.#ask(everything, variables);
    this.#stretch.readings.push(exchange);
    return exchange;
  }

  /** How many came in at the open door, as the system says. */
  async countCheckedIn(): Promise<number> {
    const { answer } = await this.#ask(count, { event: this.#settings.openEventId });
    return answer.data.attendance.totalCheckedIn;
  }

  /** Whether the door lets in who has this code. */
  async comesIn(eventId: string, code: string): Promise<boolean> {
    return isAdmitted((await this.#scan({ eventId, code })).answer);
  }

  async #scanOpen(): Promise<void> {
    this.#tickets += 1;
    const ticketId = `T${this.#tickets}`;
    const { answer } = await this.#scan({ eventId: this.#settings.openEventId, ticketId });
    if (isAdmitted(answer)) this.acknowledged += 1;
  }

  async #scanShow(): Promise<void> {
    await this.#scan(this.#settings.show);
  }

  async #scan(input: Record<string, string>): Promise<Exchange> {
    const exchange = await this.#ask(keyedDocuments.checkIn, { input });
    this.#stretch.scans.push(exchange);
    return exchange;
  }

  async #ask(document: string, variables: Record<string, unknown>): Promise<Exchange> {
    const { door, token } = this.#settings;
    const begun = performance.now();
    const answer = await door
      .graphql(document, variables, token)
      .catch((error: Error) => ({ errors: [{ message: `No answer: ${error.message}` }] }));
    return { answer, took: performance.now() - begun };
  }
}

// biome-ignore lint/suspicious/noExplicitAny: a test reads whatever shape it asked for
export const isAdmitted = (answer: any): boolean => answer.data?.answer?.__typename === 'CheckIn';

/**
 * What a reader may complain of while some services are away: errors elsewhere or of another kind, fields of the others
 * that are missing, and what says where services are.
 */
export function complaintsOf({ answer }: Exchange, whole: Exchange, away: readonly OtherService[]): string[] {
  const complaints: string[] = [];
  for (const { path, extensions, message } of answer.errors ?? []) {
    // One that many fields came to grief by may have none.
    const isOwn = path === undefined || away.some((service) => pathsOf[service].test(path.join('.')));
    const isUnavailable = extensions?.code === 'SUBGRAPH_UNAVAILABLE' && extensions.retryable === true;
    if (!isOwn || !isUnavailable) complaints.push(`${path}: ${message} ${JSON.stringify(extensions)}`);
  }
  const [found, wanted] = [sharesOf(answer), sharesOf(whole.answer)];
  for (const service of [...otherServices, 'attendance'] as const) {
    const isAway = away.some((each) => each === service);
    if (!isAway && !isDeepStrictEqual(found[service], wanted[service]))
      complaints.push(`${service}: ${JSON.stringify(found[service])}`);
  }
  return [...complaints, ...addressesIn(answer)];
}

// biome-ignore lint/suspicious/noExplicitAny: a test reads whatever shape it asked for
export function addressesIn(answer: any): string[] {
  const errors = JSON.stringify(answer.errors ?? []);
  return internalAddress.test(errors) ? [`an internal address: ${errors}`] : [];
}

// biome-ignore lint/suspicious/noExplicitAny: a test reads whatever shape it asked for
const sharesOf = ({ data }: any): Readonly<Record<ServiceName, unknown>> => ({
  identity: data?.me,
  event: [data?.event, data?.attendance?.event?.name],
  ticket: data?.order,
  payment: data?.payment,
  attendance: typeof data?.attendance?.totalCheckedIn,
});
