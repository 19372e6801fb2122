import type { SubgraphResult } from '../graphql/subgraph.ts';
import { AnswerBrokeOff } from '../http/post.ts';
import { AnswerLines, callLine } from './joined-calls.ts';
import type { SourceRequest } from './subgraph-source.ts';

export interface Transport {
  /** One call in an exchange of its own. */
  readonly sendAlone: (request: SourceRequest) => Promise<SubgraphResult>;
  /** In bytes of the answer to one call. */
  readonly largestAnswer: number;
  /** The lines of several, whose answer `take` hears of in pieces. */
  readonly sendJoined: (body: string, take: (chunk: Buffer) => void) => Promise<void>;
  /** Whether the other process has said that it takes calls that are joined. */
  readonly takesJoined: () => boolean;
}

/** The exchange had answers for others; this call was perhaps done. */
export class AnswerLeftOut extends Error {
  override readonly name = 'AnswerLeftOut';
}

interface WaitingCall {
  readonly request: SourceRequest;
  readonly resolve: (result: SubgraphResult | Promise<SubgraphResult>) => void;
  readonly reject: (error: unknown) => void;
}

/** Far below what a subgraph reads, in characters; a longer call goes alone. */
const longestBody = 128 * 1024;
/** So few that the other process is at work on them while the next are made ready. */
const mostCalls = 8;

/**
 * Sends the calls of one turn of the event loop in exchanges of a few: at the few microseconds that a small call takes,
 * most of it would be HTTP's. Each has its own caller, its own answer as soon as that is there, and its own deadline.
 */
export class CallJoiner {
  readonly #transport: Transport;
  #waiting: WaitingCall[] = [];

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** @throws for what happened to the exchange, or once the call's own time is over */
  ask(request: SourceRequest): Promise<SubgraphResult> {
    return new Promise((resolve, reject) => {
      const count = this.#waiting.push({ request, resolve, reject });
      if (count === mostCalls) this.#send();
      else if (count === 1) setImmediate(() => this.#send());
    });
  }

  #send(): void {
    const { sendAlone, takesJoined } = this.#transport;
    const waiting = this.#waiting;
    this.#waiting = [];
    if (waiting.length === 1 || !takesJoined()) {
      for (const { request, resolve } of waiting) resolve(sendAlone(request));
      return;
    }
    for (let next = 0; next < waiting.length; ) next = this.#sendFrom(waiting, next);
  }

  /** As many as are not too long together. @returns the index of the first that did not */
  #sendFrom(waiting: readonly WaitingCall[], start: number): number {
    const calls: WaitingCall[] = [];
    const lines: string[] = [];
    let length = 0;
    for (const call of waiting.slice(start)) {
      const line = callLine(call.request);
      length += line.length;
      if (calls.length > 0 && length > longestBody) break;
      calls.push(call);
      lines.push(line);
    }
    const [first, ...others] = calls;
    // One line by itself is JSON too, and would be a call of ours for anybody who changed the type of its body.
    if (first && others.length === 0) first.resolve(this.#transport.sendAlone(first.request));
    else void this.#exchange(calls, lines.join('\n'));
    return start + calls.length;
  }

  /** Never rejects: what happens is told to each call that has no answer yet. */
  async #exchange(calls: readonly WaitingCall[], body: string): Promise<void> {
    const open = new Map(calls.map((call, index) => [index, beforeItsDeadline(call)]));
    const answers = new AnswerLines(this.#transport.largestAnswer, (index, result) => {
      const call = open.get(index);
      open.delete(index);
      if (result) call?.resolve(result);
      else call?.reject(new Error('The call failed unexpectedly.'));
    });
    let failure: unknown;
    try {
      await this.#transport.sendJoined(body, (chunk) => answers.add(chunk));
    } catch (error) {
      failure = error;
    }
    // One that broke off did so at one of the calls, which says nothing of the others.
    const isOfAll = failure && !(failure instanceof AnswerBrokeOff) && open.size === calls.length;
    for (const { reject } of open.values())
      reject(isOfAll ? failure : new AnswerLeftOut('No answer for this call.', { cause: failure }));
  }
}

/** Others of an exchange may have more time than this one. */
function beforeItsDeadline({
  request: { signal },
  resolve,
  reject,
}: WaitingCall): Omit<WaitingCall, 'request'> {
  if (!signal) return { resolve, reject };
  const giveUp = () => reject(new Error('There was no answer in time.'));
  if (signal.aborted) giveUp();
  else signal.addEventListener('abort', giveUp, { once: true });
  const settled = () => signal.removeEventListener('abort', giveUp);
  return {
    resolve: (result) => {
      settled();
      resolve(result);
    },
    reject: (error) => {
      settled();
      reject(error);
    },
  };
}
