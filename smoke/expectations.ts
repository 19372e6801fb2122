import { AssertionError, deepStrictEqual } from 'node:assert';
import { setTimeout as pause } from 'node:timers/promises';
import type { TixGoErrorCode } from '@tixgo/client/error-codes.ts';
import type { CheckInMutation } from '@tixgo/client/generated/documents.ts';
import { TixGoError } from '@tixgo/client/tixgo-error.ts';

type Scan = CheckInMutation['checkIn'];
export type Accepted = Extract<Scan, { __typename: 'CheckIn' }>;
export type Refused = Extract<Scan, { __typename: 'CheckInRefusal' }>;

/** @throws AssertionError that shows both */
export function expectSame(what: string, actual: unknown, expected: unknown): void {
  try {
    deepStrictEqual(actual, expected);
  } catch {
    throw new AssertionError({
      message: `${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`,
    });
  }
}

export function expectThat(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new AssertionError({ message: otherwise });
}

export function expectPresent<T>(what: string, value: T | null | undefined): T {
  expectThat(value !== null && value !== undefined, `${what} is missing`);
  return value;
}

/** @returns the error, which has the code and the details that were expected */
export async function expectError(
  asking: Promise<unknown>,
  code: TixGoErrorCode,
  details: { readonly field?: string; readonly coordinate?: string } = {},
): Promise<TixGoError> {
  const error = await asking.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error === undefined) throw new AssertionError({ message: `expected ${code}, but it was allowed` });
  if (!(error instanceof TixGoError)) throw error;
  expectThat(error.code === code, `expected ${code}, got ${error.code}: ${error.message}`);
  if (details.field !== undefined) expectSame('field', error.field, details.field);
  if (details.coordinate !== undefined) expectSame('coordinate', error.coordinate, details.coordinate);
  return error;
}

export function expectAccepted({ checkIn: scan }: CheckInMutation): Accepted {
  if (scan.__typename === 'CheckIn') return scan;
  throw new AssertionError({ message: `the scan was refused ${scan.reason}: ${scan.message}` });
}

export function expectRefused({ checkIn: scan }: CheckInMutation, reason: Refused['reason']): Refused {
  expectThat(scan.__typename === 'CheckInRefusal', `expected a refusal ${reason}, but it was let in`);
  expectSame('reason of the refusal', scan.reason, reason);
  return scan;
}

/** Asks again until it holds: facts take a moment from one service to another. */
export async function eventually<T>(withinMilliseconds: number, check: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + withinMilliseconds;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() >= deadline) throw error;
    }
    await pause(50);
  }
}
