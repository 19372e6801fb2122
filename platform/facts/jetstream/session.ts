import { setTimeout as pause } from 'node:timers/promises';
import {
  type JetStreamClient,
  type JetStreamManager,
  jetstreamManager,
  type StreamInfo,
} from '@nats-io/jetstream';
import { connect, type NatsConnection, type NodeConnectionOptions } from '@nats-io/transport-node';
import type { BrokerRun } from '../fact.ts';
import { declareStream, factStream, streamConfigs } from './topology.ts';

/** How long the broker may take to answer, in milliseconds. */
const answerTime = 5_000;
/** How often the broker is asked whether it is well, in milliseconds. */
const lookInterval = 2_000;

/**
 * One connection to a broker, from its beginning to its end. It does not reconnect: whatever is wrong with it, a new one
 * declares everything again, so that there is one way back from a broken line, a broker that stalls and one that lost its
 * disk.
 */
export class Session {
  readonly client: JetStreamClient;
  readonly manager: JetStreamManager;
  readonly brokerRun: BrokerRun;
  readonly brokerVersion: string;
  readonly #connection: NatsConnection;
  readonly #over = new AbortController();
  readonly #isOver = Promise.withResolvers<void>();

  private constructor(
    connection: NatsConnection,
    manager: JetStreamManager,
    { created, config }: StreamInfo,
  ) {
    this.#connection = connection;
    this.manager = manager;
    this.client = manager.jetstream();
    // One of several brokers that keep a fact each may restart without a loss.
    const keeper = config.num_replicas > 1 ? 'a cluster' : connection.info?.server_id;
    this.brokerRun = { id: `${keeper} ${created}`, storedSince: new Date(created) };
    this.brokerVersion = connection.info?.version ?? '';
    void connection.closed().then((error) => this.end(error ?? new Error('The connection was closed.')));
    void this.#look(created);
  }

  /** Connects and declares the streams. */
  static async open(options: NodeConnectionOptions, streamReplicas: number): Promise<Session> {
    const connection = await connect({
      ...options,
      reconnect: false,
      timeout: answerTime,
      noAsyncTraces: true,
    });
    try {
      const manager = await jetstreamManager(connection, { timeout: answerTime, checkAPI: false });
      const [facts, deadLetters] = streamConfigs(streamReplicas);
      const stream = await declareStream(manager, facts);
      await declareStream(manager, deadLetters);
      return new Session(connection, manager, stream);
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  /** Aborted when the session is over; why is its reason. */
  get signal(): AbortSignal {
    return this.#over.signal;
  }

  /** Resolves when the session is over. */
  get isOver(): Promise<void> {
    return this.#isOver.promise;
  }

  end(why: unknown): void {
    if (this.signal.aborted) return;
    this.#over.abort(why);
    this.#isOver.resolve();
    void this.#connection.close();
  }

  /** Hands over what was said, such as acknowledgements, and ends. */
  async close(): Promise<void> {
    if (this.signal.aborted) return;
    await Promise.race([this.#connection.flush(), pause(answerTime, undefined, { ref: false })]).catch(
      () => {},
    );
    this.end(new Error('The bus was closed.'));
  }

  /** A line may be up while nothing comes through, and a stream may be gone while its broker is well. */
  async #look(created: string): Promise<void> {
    try {
      for (;;) {
        await pause(lookInterval, undefined, { signal: this.signal, ref: false });
        const info = await this.manager.streams.info(factStream);
        if (info.created !== created) throw new Error('The stream of facts was created anew.');
      }
    } catch (error) {
      this.end(error);
    }
  }
}
