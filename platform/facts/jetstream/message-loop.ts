import type { ConsumerInfo, ConsumerMessages, JsMsg } from '@nats-io/jetstream';
import type { Session } from './session.ts';

/** Between two signs of life of a broker that has no facts for us, in milliseconds; two missing ones end a session. */
const heartbeat = 10_000;
const pullExpiry = 30_000;

/** Takes messages of one JetStream consumer one by one, until it is stopped or the session is over. */
export class MessageLoop {
  readonly #messages: ConsumerMessages;
  readonly #done: Promise<void>;
  #isBusy = false;
  #isStopping = false;

  private constructor(messages: ConsumerMessages, act: (message: JsMsg) => Promise<void>) {
    this.#messages = messages;
    this.#done = this.#run(act);
  }

  /** @param act answers for the message; one that throws ends the session */
  static async begin(
    session: Session,
    info: ConsumerInfo,
    act: (message: JsMsg) => Promise<void>,
  ): Promise<MessageLoop> {
    const messages = await session.client.consumers.getConsumerFromInfo(info).consume({
      max_messages: 1,
      expires: pullExpiry,
      idle_heartbeat: heartbeat,
      abort_on_missing_resource: true,
    });
    const loop = new MessageLoop(messages, act);
    const isOver = (error?: unknown) => {
      // One that was stopped is no trouble: others may still have to answer for what they act on.
      if (!loop.#isStopping) session.end(error ?? new Error(`The consumer ${info.name} is gone.`));
    };
    void loop.#done.then(() => isOver(), isOver);
    return loop;
  }

  /** Waits for what is acted on. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    if (!this.#isBusy) this.#messages.stop();
    await this.#done.catch(() => {});
  }

  async #run(act: (message: JsMsg) => Promise<void>): Promise<void> {
    for await (const message of this.#messages) {
      this.#isBusy = true;
      await act(message);
      this.#isBusy = false;
      // Asked to stop itself, it would ask for one message more, which waited then until it counts as unanswered.
      if (this.#isStopping) break;
    }
  }
}
