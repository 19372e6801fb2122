import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { newId } from '@tixgo/platform/ids.ts';
import { type KeyedDocument, keyedDocuments } from './buying-documents.ts';

export type Answer = Readonly<Record<string, unknown>>;

/** A request that may be sent again. */
export interface KeyedRequest {
  readonly document: KeyedDocument;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly token: string;
  /** `refused`: by an error, which is not kept with the key; `cut`: nobody knows whether it was done. */
  outcome: Answer | 'refused' | 'cut';
}

/** The connection broke: whoever asked knows nothing and stops. */
export class Cut extends Error {}

/** In milliseconds. */
const againAfter = 100;

/** Refusals that a buyer meets who acts on what was so a moment ago. Any other error is a fault of the system. */
const expectedCodes = ['CONFLICT', 'NOT_FOUND'];

/** Where a client asks: a host, or what stands in front of several. */
export interface Door {
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever shape it asked for
  graphql(query: string, variables: Record<string, unknown>, token?: string): Promise<any>;
}

/** Asks whichever host runs, and keeps what it acknowledged: that must hold after it is killed. */
export class BuyingClient {
  host: Door;
  /** Errors after which nobody knows whether it was done, as when the connection broke. */
  cutCodes: readonly string[] = [];
  /** For how long what was cut is asked again at once, as of something that is to be back; in milliseconds. */
  patience = 0;
  /** Errors that nobody should meet, and answers that contradict each other. */
  readonly faults: string[] = [];
  /** The ids that answers told of. With everything repeated that was cut, there are these and no others. */
  readonly told = { orders: new Set<string>(), payments: new Set<string>() };
  readonly counts = { answered: 0, refused: 0, cut: 0 };
  readonly #keyed: KeyedRequest[] = [];

  constructor(host: Door) {
    this.host = host;
  }

  /** What the field aliased `answer` says; undefined when it was refused. @throws Cut */
  async ask(
    document: string,
    variables: Record<string, unknown>,
    token: string,
  ): Promise<Answer | undefined> {
    const until = performance.now() + this.patience;
    for (;;) {
      try {
        return await this.#askOnce(document, variables, token);
      } catch (error) {
        if (!(error instanceof Cut) || performance.now() > until) throw error;
        await pause(againAfter);
      }
    }
  }

  async #askOnce(
    document: string,
    variables: Record<string, unknown>,
    token: string,
  ): Promise<Answer | undefined> {
    const { data, errors } = await this.#send(document, variables, token);
    if (!errors) {
      this.counts.answered += 1;
      return data.answer;
    }
    const { code } = errors[0].extensions ?? {};
    if (this.cutCodes.includes(code)) this.#cut(`${document.trim()}: ${code}`);
    this.counts.refused += 1;
    if (!expectedCodes.includes(code))
      this.faults.push(`${document.trim()} ${JSON.stringify(variables)}: ${JSON.stringify(errors)}`);
    return undefined;
  }

  /** As `ask`, of a request with a key of its own. @param times sent at once; all must be answered alike */
  async askKeyed(
    document: KeyedDocument,
    variables: (key: string) => Record<string, unknown>,
    token: string,
    times = 1,
  ): Promise<Answer | undefined> {
    const given = variables(newId());
    const twins = Array.from({ length: times }, () => this.#keep({ document, variables: given, token }));
    const [first, ...others] = await Promise.all(twins.map((twin) => this.#perform(twin)));
    for (const other of others) this.#compare('twins', given, identityOf(first), identityOf(other));
    return first;
  }

  /** Sends again what was cut, as a client would. @throws Cut */
  async repeatCut(): Promise<void> {
    const cut = this.#keyed.filter(({ outcome }) => outcome === 'cut');
    await Promise.all(cut.map((request) => this.#perform(request)));
  }

  /** Sends again all that was answered since the last time, and compares. @throws Cut */
  async repeatAnswered(): Promise<void> {
    for (const { document, variables, token, outcome } of this.#keyed.splice(0)) {
      if (typeof outcome === 'string') continue;
      const again = await this.ask(keyedDocuments[document], variables, token);
      if (document === 'payOrder' && isPayment(outcome)) this.#comparePayments(variables, outcome, again);
      else this.#compare(document, variables, outcome, again);
    }
  }

  #keep(request: Omit<KeyedRequest, 'outcome'>): KeyedRequest {
    const kept: KeyedRequest = { ...request, outcome: 'cut' };
    this.#keyed.push(kept);
    return kept;
  }

  async #perform(request: KeyedRequest): Promise<Answer | undefined> {
    const { document, variables, token } = request;
    const answer = await this.ask(keyedDocuments[document], variables, token);
    request.outcome = answer ?? 'refused';
    const id = identityOf(answer);
    if (answer?.__typename === 'Order') this.told.orders.add(String(answer.id));
    if (document === 'payOrder' && typeof id === 'string') this.told.payments.add(id);
    return answer;
  }

  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever shape it asked for
  async #send(document: string, variables: Record<string, unknown>, token: string): Promise<any> {
    try {
      return await this.host.graphql(document, variables, token);
    } catch {
      return this.#cut(document.trim());
    }
  }

  #cut(what: string): never {
    this.counts.cut += 1;
    throw new Cut(`${what} was cut.`);
  }

  /** A payment that was under way may have been decided since; one that succeeded may only have been paid back. */
  #comparePayments(variables: object, first: Answer, again: Answer | undefined): void {
    this.#compare('payOrder', variables, identityOf(first), identityOf(again));
    if (first.status === 'SUCCEEDED' && again?.status !== 'REFUNDED')
      this.#compare('payOrder', variables, first.status, again?.status);
  }

  #compare(what: string, variables: object, first: unknown, again: unknown): void {
    if (isDeepStrictEqual(first, again)) return;
    const both = `${JSON.stringify(first)}, then ${JSON.stringify(again)}`;
    this.faults.push(`${what} ${JSON.stringify(variables)} was answered ${both}`);
  }
}

const isPayment = ({ __typename }: Answer) => __typename === 'Payment';

/** Of a payment its id, however it ended; of everything else all of it. */
function identityOf(answer: Answer | undefined): unknown {
  if (answer === undefined) return undefined;
  if (isPayment(answer)) return answer.id;
  return answer.__typename === 'PaymentDeclined' ? (answer.payment as Answer).id : answer;
}
