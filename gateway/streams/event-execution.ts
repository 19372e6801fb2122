import { publicError } from '@tixgo/platform/graphql/public-errors.ts';
import type { Log } from '@tixgo/platform/logging.ts';
import type { AskedOperation } from '../document/document-cache.ts';
import type { Variables } from '../executor/execution.ts';
import type { RunOperation } from '../front/run-operation.ts';
import { nextEvent } from './event-stream.ts';
import type { StreamDocument } from './stream-document.ts';
import type { StreamCaller } from './subscriber.ts';

/** An event's answer, ready to be sent to any number of subscribers. */
export interface Told {
  readonly bytes: Buffer;
  /** The code of the error that is there instead of the field; undefined for an answer, be it with errors in it. */
  readonly failure: string | undefined;
}

export interface EventExecutionSettings {
  readonly document: StreamDocument;
  readonly asked: AskedOperation;
  /** Of the subscription. */
  readonly variables: Variables;
  readonly run: RunOperation;
  /** How long an answer may take, in milliseconds. */
  readonly deadline: number;
  readonly log: Log;
}

/** Answers events of one subscription by its query: planned once, run for each event, with the rights of one who watches. */
export class EventExecution {
  readonly #settings: EventExecutionSettings;
  readonly #variables: Variables;

  constructor(settings: EventExecutionSettings) {
    this.#settings = settings;
    const { document, variables } = settings;
    const given = document.query.variables.filter((name) => Object.hasOwn(variables, name));
    this.#variables = Object.fromEntries(given.map((name) => [name, variables[name]]));
  }

  /** Never rejects. */
  async tell(key: string, { viewer, requestId, address, userAgent }: StreamCaller): Promise<Told> {
    const { document, asked, run, deadline, log } = this.#settings;
    const given = new AbortController();
    const timer = setTimeout(() => given.abort(), deadline);
    const until = { signal: given.signal, deadline: performance.now() + deadline };
    const context = { viewer, requestId, address, userAgent, refusal: undefined, ...until };
    try {
      const variables = { ...this.#variables, [document.query.keyVariable]: key };
      const { data, errors } = await run(asked, variables, context);
      const told = errors?.map((error) => publicError(error, requestId, log));
      const isAnswer = data?.[document.responseName] !== null && data?.[document.responseName] !== undefined;
      const result = { ...(told && { errors: told }), data: isAnswer ? data : null };
      const failure = isAnswer ? undefined : String(told?.[0]?.extensions?.code);
      return { bytes: nextEvent(result), failure };
    } catch (error) {
      const told = publicError(error instanceof Error ? error : new Error(String(error)), requestId, log);
      return { bytes: nextEvent({ errors: [told] }), failure: String(told.extensions?.code) };
    } finally {
      clearTimeout(timer);
    }
  }
}
