import {
  hasDataAlone,
  type SubgraphRequest,
  type SubgraphResult,
  type ToldResult,
} from '../graphql/subgraph.ts';
import { callerOf, callerText } from '../service-signature.ts';
import { deadlineAfter, patienceUntil } from './patience.ts';
import type { SourceRequest } from './subgraph-source.ts';
import { WrittenResult } from './written-result.ts';

/**
 * Several calls to one subgraph in one exchange, whoever they are for, as lines of JSON (jsonlines.org). A line is
 * `{"caller", "requestId", "query", "variables", "operationName"}`; the signature of the body, by a service, vouches for
 * every caller. The answer has a line for each call, as `[index, result]`, in the order in which they are done; the
 * result is null for one that failed unexpectedly. `[index, result, 1]` says that the result is exact, and that no blank
 * stands in the line.
 */
export const joinedCallsType = 'application/jsonl';

/** What a process that takes joined calls answers in this header of its answers, as W3C's Linked Data Platform has it. */
export const acceptPostHeader = 'accept-post';
export const acceptedTypes = `application/json, ${joinedCallsType}`;

const lineFeed = 0x0a;
const comma = 0x2c;

export function callLine({
  viewer,
  address,
  userAgent,
  deadline,
  signal: _signal,
  ...call
}: SourceRequest): string {
  const patience = patienceUntil(deadline);
  return `{"caller":${callerText({ viewer, address, userAgent, patience })},${JSON.stringify(call).slice(1)}`;
}

/**
 * @param arrivedAt when they came, by `performance.now()`
 * @throws for a line that is no call; a service sent them all
 */
export function callsIn(body: string, arrivedAt: number): SubgraphRequest[] {
  return body.split('\n').map((line) => {
    const { caller, ...call } = JSON.parse(line);
    if (typeof call.query !== 'string' || typeof call.requestId !== 'string')
      throw new Error('A line is no call.');
    const { patience, ...who } = callerOf(caller);
    return { ...call, ...who, deadline: deadlineAfter(patience, arrivedAt) };
  });
}

/** Before the end of a line whose result is exact; other results end in a brace or in null. */
const exactEnd = Buffer.from(',1]');

/** @throws for a result that is not JSON */
export function answerLine(index: number, result: ToldResult | null): string {
  if (!result || !hasDataAlone(result)) return `[${index},${JSON.stringify(result)}]\n`;
  return `[${index},${JSON.stringify({ data: result.data })}${exactEnd}\n`;
}

/** Reads the lines of an answer as they come, in pieces of any size. */
export class AnswerLines {
  readonly #take: (index: number, result: SubgraphResult | null) => void;
  readonly #started: Buffer[] = [];
  readonly #largest: number;
  #length = 0;

  /** @param largest in bytes of one answer: all of them together may be as many times larger as there are calls */
  constructor(largest: number, take: (index: number, result: SubgraphResult | null) => void) {
    this.#largest = largest;
    this.#take = take;
  }

  /** @throws for a line that is no answer, or too large a one */
  add(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, start)) {
      this.#read(chunk.subarray(start, end));
      start = end + 1;
    }
    if (start === chunk.length) return;
    this.#count(chunk.length - start);
    this.#started.push(chunk.subarray(start));
  }

  #count(length: number): void {
    this.#length += length;
    if (this.#length > this.#largest) throw new Error('An answer is too large.');
  }

  #read(end: Buffer): void {
    this.#count(end.length);
    this.#length = 0;
    const line = this.#started.length === 0 ? end : Buffer.concat([...this.#started.splice(0), end]);
    if (line.subarray(-exactEnd.length).equals(exactEnd)) this.#takeExact(line);
    else {
      const [index, result] = JSON.parse(line.toString());
      this.#take(index, result);
    }
  }

  #takeExact(line: Buffer): void {
    const afterIndex = line.indexOf(comma);
    const index = Number(line.toString('latin1', 1, afterIndex));
    this.#take(index, new WrittenResult(line.subarray(afterIndex + 1, -exactEnd.length)));
  }
}
