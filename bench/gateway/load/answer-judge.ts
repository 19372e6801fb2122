import { isDeepStrictEqual } from 'node:util';
import type { Operation } from '../operations.ts';
import type { HttpAnswer } from './kept-connection.ts';

/** Every so many answers are compared in whole; all are read for their status and for errors. */
const comparedEach = 64;
const errorsKey = Buffer.from('"errors"');

/** @returns what is wrong with an answer, or undefined */
export function faultOf(
  operation: Operation,
  { status, body }: HttpAnswer,
  { sequence, compare = sequence % comparedEach === 0 }: { sequence: number; compare?: boolean },
): string | undefined {
  const isWhole = status === 200 && body.indexOf(errorsKey) < 0;
  const isRight = isWhole && (!compare || isDeepStrictEqual(dataOf(body), operation.answer(sequence)));
  if (isRight) return undefined;
  return `${operation.name}, request ${sequence}: status ${status}, ${body.toString().slice(0, 1_000)}`;
}

function dataOf(body: Buffer): unknown {
  const answer: unknown = JSON.parse(body.toString());
  return typeof answer === 'object' && answer !== null ? Reflect.get(answer, 'data') : undefined;
}
