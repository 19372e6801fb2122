import {
  AckPolicy,
  DeliverPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamClient,
  type JetStreamManager,
  type JsMsg,
} from '@nats-io/jetstream';
import { headers } from '@nats-io/transport-node';
import { onlyForHeader } from './fact-message.ts';
import { deadLetterStream, deadLetterSubject, factStream } from './topology.ts';

/** A fact that a consumer has given up on. */
export interface DeadLetter {
  /** Its number in the stream of dead letters. */
  readonly id: number;
  /** The consumer's. */
  readonly service: string;
  readonly error: string;
  readonly deliveries: number;
  readonly at: Date;
  /** Of the message as it came; its end is the fact's type. */
  readonly subject: string;
  /** As it came, which is not always JSON. */
  readonly body: string;
}

const names = {
  service: 'Tixgo-Service',
  error: 'Tixgo-Error',
  deliveries: 'Tixgo-Deliveries',
  subject: 'Tixgo-Subject',
};
const longestError = 500;

/** Keeps what a consumer gives up on. @throws when the broker does not take it: it is not given up then */
export async function keepDeadLetter(
  client: JetStreamClient,
  { subject, data, seq, info }: JsMsg,
  service: string,
  error: unknown,
): Promise<void> {
  const about = headers();
  about.set(names.service, service);
  about.set(names.error, reasonOf(error));
  about.set(names.deliveries, String(info.deliveryCount));
  about.set(names.subject, subject);
  // A consumer that dies before it acknowledges gives up on the same message again.
  const msgID = `${service} ${info.stream} ${seq} ${info.timestampNanos}`;
  await client.publish(deadLetterSubject(service), data, { headers: about, msgID });
}

/** The first cause: what wraps it says which statement failed, with its parameters. */
function reasonOf(error: unknown): string {
  let cause = error;
  while (cause instanceof Error && cause.cause !== undefined) cause = cause.cause;
  const text = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
  return text.replaceAll(/[^\x20-\x7e]+/g, ' ').slice(0, longestError);
}

export interface DeadLetterChoice {
  readonly service?: string | undefined;
  readonly id?: number | undefined;
}

/** The dead letters, for people who look after a system. */
export class DeadLetters {
  readonly #manager: JetStreamManager;
  readonly #client: JetStreamClient;

  constructor(manager: JetStreamManager) {
    this.#manager = manager;
    this.#client = manager.jetstream();
  }

  /** Oldest first. */
  async *list({ service, id }: DeadLetterChoice = {}): AsyncGenerator<DeadLetter> {
    for await (const letter of this.#all(service)) if (id === undefined || letter.id === id) yield letter;
  }

  /** Gives facts again to the one service that gave up on them. Resolves to how many. */
  async replay(choice: DeadLetterChoice): Promise<number> {
    return await this.#each(choice, async ({ id, service, subject, body, at }) => {
      const only = headers();
      only.set(onlyForHeader, service);
      const msgID = `again ${service} ${id} ${at.getTime()}`;
      await this.#client.publish(subject, body, { headers: only, msgID, expect: { streamName: factStream } });
    });
  }

  async drop(choice: DeadLetterChoice): Promise<number> {
    return await this.#each(choice, async () => {});
  }

  async #each(choice: DeadLetterChoice, act: (letter: DeadLetter) => Promise<void>): Promise<number> {
    let letters = 0;
    for await (const letter of this.list(choice)) {
      await act(letter);
      await this.#manager.streams.deleteMessage(deadLetterStream, letter.id, false);
      letters += 1;
    }
    return letters;
  }

  async *#all(service: string | undefined): AsyncGenerator<DeadLetter> {
    const info = await this.#readFromTheStart(service);
    if (!info || info.num_pending === 0) return;
    const consumer = this.#client.consumers.getConsumerFromInfo(info);
    for await (const message of await consumer.fetch({ max_messages: info.num_pending }))
      yield letterOf(message);
  }

  /** Undefined when there is no stream: no process was ever connected to this broker. */
  async #readFromTheStart(service: string | undefined) {
    try {
      return await this.#manager.consumers.add(deadLetterStream, {
        ack_policy: AckPolicy.None,
        deliver_policy: DeliverPolicy.All,
        ...(service !== undefined && { filter_subject: deadLetterSubject(service) }),
      });
    } catch (error) {
      if (error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound)
        return undefined;
      throw error;
    }
  }
}

function letterOf(message: JsMsg): DeadLetter {
  const header = (name: string) => message.headers?.get(name) ?? '';
  return {
    id: message.seq,
    service: header(names.service),
    error: header(names.error),
    deliveries: Number(header(names.deliveries)),
    at: message.time,
    subject: header(names.subject),
    body: message.string(),
  };
}
