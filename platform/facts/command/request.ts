import { parseArgs } from 'node:util';
import { isUuid } from '../../ids.ts';
import type { DeadLetterChoice } from '../jetstream/dead-letters.ts';

/** What an operator asks of the facts. */
export type FactsRequest =
  | {
      readonly command: 'dead';
      readonly action: 'list' | 'replay' | 'drop';
      readonly choice: DeadLetterChoice;
    }
  | { readonly command: 'replay'; readonly service: string; readonly from: { since: Date } | { id: string } };

/** Arguments that make no sense; the message is for people. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const usage = `npm run facts -- dead list [--service ticket] [--id 12]
npm run facts -- dead replay --service ticket | --id 12 | --all
npm run facts -- dead drop --service ticket | --id 12 | --all
npm run facts -- replay --service event --since 2026-01-01T00:00Z | --id <fact>`;

interface Options {
  readonly service?: string;
  readonly id?: string;
  readonly since?: string;
  readonly all?: boolean;
}

/** @throws UsageError */
export function readRequest(args: readonly string[], now: Date): FactsRequest {
  const { positionals, values } = parse(args);
  const [command, action, ...rest] = positionals;
  if (values.service !== undefined) assertServiceName(values.service);
  if (command === 'dead' && rest.length === 0) return readDead(action, values);
  if (command === 'replay' && action === undefined) return readReplay(values, now);
  throw new UsageError(`Say what to do:\n${usage}`);
}

function parse(args: readonly string[]): { positionals: readonly string[]; values: Options } {
  const text = { type: 'string' } as const;
  const options = { service: text, id: text, since: text, all: { type: 'boolean' } } as const;
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : error}\n${usage}`);
  }
}

function readDead(action: string | undefined, { service, id, since, all }: Options): FactsRequest {
  if (since !== undefined) throw new UsageError('--since goes with replay, not with dead letters.');
  if (action !== 'list' && action !== 'replay' && action !== 'drop')
    throw new UsageError(`Dead letters can be listed, replayed or dropped:\n${usage}`);
  if (id !== undefined && !/^[1-9]\d{0,14}$/.test(id))
    throw new UsageError(`--id must be the number of a dead letter, as the list shows it, not "${id}".`);
  if (action !== 'list' && service === undefined && id === undefined && !all)
    throw new UsageError(`Say which ones to ${action}: --service, --id, or --all.`);
  return { command: 'dead', action, choice: { service, id: id === undefined ? undefined : Number(id) } };
}

function readReplay({ service, id, since, all }: Options, now: Date): FactsRequest {
  if (service === undefined) throw new UsageError('--service must name the service whose outbox it is.');
  if (all || (id === undefined) === (since === undefined))
    throw new UsageError('Say from when on with --since, or which fact with --id; one of them.');
  if (id !== undefined && !isUuid(id))
    throw new UsageError(`--id must be the id of a fact, which is a UUID, not "${id}".`);
  const from = id === undefined ? { since: readMoment(String(since), now) } : { id };
  return { command: 'replay', service, from };
}

function assertServiceName(service: string): void {
  if (!/^[a-z][a-z0-9_]{0,30}$/.test(service))
    throw new UsageError(`--service must be the name of a service, such as ticket, not "${service}".`);
}

function readMoment(text: string, now: Date): Date {
  const moment = new Date(text);
  const isMoment = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/.test(text);
  if (!isMoment || Number.isNaN(moment.getTime()))
    throw new UsageError(`--since must be a time with its zone, such as 2026-01-01T00:00Z, not "${text}".`);
  if (moment > now) throw new UsageError(`--since must be in the past, not "${text}".`);
  return moment;
}
