import {
  hasDataAlone,
  type SubgraphRequest,
  type SubgraphResult,
  type ToldResult,
} from '../graphql/subgraph.ts';
import { isObject } from '../json-values.ts';
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

/** What all exact results begin and end with. */
const exactBeginning = Buffer.from('{"data":{');
const exactResultEnd = Buffer.from('}}');

/** Of a line, in bytes: enough to know whose answer it is. */
const beginning = 16;

/** Reads the lines of an answer as they come, in pieces of any size. A line that is no answer is left out. */
export class AnswerLines {
  readonly #take: (index: number, result: SubgraphResult | null) => void;
  readonly #largest: number;
  /** Of the line that has not ended yet. */
  #pieces: Buffer[] = [];
  #length = 0;

  /**
   * @param largest in bytes of one answer: all of them together may be as many times larger as there are calls. A larger
   * one is a call that failed.
   */
  constructor(largest: number, take: (index: number, result: SubgraphResult | null) => void) {
    this.#largest = largest;
    this.#take = take;
  }

  add(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, start)) {
      this.#keep(chunk.subarray(start, end));
      this.#endLine();
      start = end + 1;
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start));
  }

  get #isTooLong(): boolean {
    return this.#length > this.#largest;
  }

  #keep(piece: Buffer): void {
    this.#pieces.push(piece);
    this.#length += piece.length;
    if (this.#isTooLong) this.#pieces = [Buffer.concat(this.#pieces, beginning)];
  }

  #endLine(): void {
    const [only] = this.#pieces;
    const line = only && this.#pieces.length === 1 ? only : Buffer.concat(this.#pieces);
    const answer = this.#isTooLong ? tooLongAnswerIn(line) : answerIn(line);
    this.#pieces = [];
    this.#length = 0;
    if (answer) this.#take(answer.index, answer.result);
  }
}

interface Answer {
  readonly index: number;
  readonly result: SubgraphResult | null;
}

const indexIn = (line: Buffer) => Number(line.toString('latin1', 1, line.indexOf(comma)));

function tooLongAnswerIn(start: Buffer): Answer | undefined {
  return start.includes(comma) ? { index: indexIn(start), result: null } : undefined;
}

/** Undefined for a line that is none. */
function answerIn(line: Buffer): Answer | undefined {
  if (endsIn(line, exactEnd)) return exactAnswerIn(line);
  try {
    const [index, result] = JSON.parse(line.toString());
    return isObject(result) || result === null ? { index, result } : undefined;
  } catch {
    return undefined;
  }
}

function exactAnswerIn(line: Buffer): Answer | undefined {
  const json = line.subarray(line.indexOf(comma) + 1, -exactEnd.length);
  const isWhole =
    json.subarray(0, exactBeginning.length).equals(exactBeginning) && endsIn(json, exactResultEnd);
  return isWhole ? { index: indexIn(line), result: new WrittenResult(json) } : undefined;
}

const endsIn = (text: Buffer, end: Buffer) => text.subarray(-end.length).equals(end);
