import type { JsMsg } from '@nats-io/jetstream';
import { isUuid } from '../../ids.ts';
import type { Fact } from '../fact.ts';

/** On a dead letter that is tried again: the only consumer that it is for. */
export const onlyForHeader = 'Tixgo-Only-For';

/** A message that is no fact, now or at any later delivery. */
export class UnreadableFactError extends Error {
  override readonly name = 'UnreadableFactError';
}

export function encodeFact(fact: Fact): string {
  return JSON.stringify(fact);
}

/** @throws UnreadableFactError */
export function decodeFact(message: Pick<JsMsg, 'string'>): Fact {
  const { id, type, version, key, occurredAt, payload } = fieldsOf(message.string());
  if (
    typeof id !== 'string' ||
    !isUuid(id) ||
    typeof type !== 'string' ||
    !Number.isInteger(version) ||
    typeof key !== 'string' ||
    typeof occurredAt !== 'string'
  )
    throw new UnreadableFactError('The message is JSON, but no fact.');
  return { id, type, version: Number(version), key, occurredAt, payload };
}

function fieldsOf(text: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text));
  } catch (error) {
    throw new UnreadableFactError('The message is no JSON.', { cause: error });
  }
}
