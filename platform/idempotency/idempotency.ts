import { createHash } from 'node:crypto';
import { lt, sql } from 'drizzle-orm';
import { holdsCardNumber } from '../card-number.ts';
import type { Queryable, Transaction } from '../database/database.ts';
import { violatedConstraint } from '../database/failures.ts';
import { ApiError, badUserInput } from '../errors.ts';
import { cleanText } from '../input-text.ts';
import type { IdempotencyTable } from './tables.ts';

/** A request that may be sent again. Its scope is the viewer and the operation. */
export interface KeyedRequest {
  readonly viewerId: string;
  readonly operation: string;
  readonly key: string;
  /** Whatever tells one input from another; the order of its fields does not. */
  readonly input: unknown;
}

/** `reused`: the key was used for other input. */
export type EarlierAnswer<Answer> =
  | { readonly kind: 'replay'; readonly answer: Answer }
  | { readonly kind: 'reused' };

/** How long answers are kept, in milliseconds. */
const lifetime = 24 * 60 * 60 * 1000;
/** Of those that are forgotten. */
const mostAtOnce = 1_000;

/** @throws BAD_USER_INPUT, in words that never repeat what was given */
export function cleanIdempotencyKey(text: string): string {
  const key = cleanText(text, { field: 'idempotencyKey', max: 128 });
  if (!holdsCardNumber(key)) return key;
  const message = 'idempotencyKey must not hold a card number; a new UUID for each request will do.';
  throw badUserInput('idempotencyKey', message);
}

export function idempotencyKeyReused(): ApiError {
  return new ApiError('IDEMPOTENCY_KEY_REUSED', 'This key was used with other input.', {
    field: 'idempotencyKey',
  });
}

/** What was answered before; requests that are new have no entry. */
export async function findAnswers<Request extends KeyedRequest, Answer>(
  database: Queryable,
  table: IdempotencyTable,
  requests: readonly Request[],
): Promise<Map<Request, EarlierAnswer<Answer>>> {
  if (requests.length === 0) return new Map();
  const keys = JSON.stringify(requests.map(({ viewerId, operation, key }) => ({ viewerId, operation, key })));
  const rows = await database
    .select()
    .from(table)
    .where(
      sql`(${table.viewerId}, ${table.operation}, ${table.key}) in (
        select "viewerId", operation, key
        from jsonb_to_recordset(${keys}::jsonb) as wanted("viewerId" uuid, operation text, key text))`,
    );
  const found = new Map(rows.map((row) => [nameOf(row), row]));
  return new Map(
    requests.flatMap((request) => {
      const row = found.get(nameOf(request));
      if (!row) return [];
      const isSame = row.fingerprint === fingerprint(request.input);
      const earlier: EarlierAnswer<Answer> = isSame
        ? { kind: 'replay', answer: row.answer as Answer }
        : { kind: 'reused' };
      return [[request, earlier]];
    }),
  );
}

/** What one request was answered before; undefined for a new one. @throws IDEMPOTENCY_KEY_REUSED */
export async function findAnswer<Answer>(
  database: Queryable,
  table: IdempotencyTable,
  request: KeyedRequest,
): Promise<Answer | undefined> {
  const earlier = (await findAnswers<KeyedRequest, Answer>(database, table, [request])).get(request);
  if (earlier?.kind === 'reused') throw idempotencyKeyReused();
  return earlier?.answer;
}

/**
 * Keeps answers in the transaction of their effect. A twin of a request that is in flight elsewhere waits here until
 * that one has committed, and fails: see `withTwins`.
 */
export async function keepAnswers(
  transaction: Transaction,
  table: IdempotencyTable,
  answered: readonly { readonly request: KeyedRequest; readonly answer: unknown }[],
  now: Date,
): Promise<void> {
  if (answered.length === 0) return;
  const rows = answered.map(({ request: { viewerId, operation, key, input }, answer }) => ({
    viewerId,
    operation,
    key,
    fingerprint: fingerprint(input),
    answer,
    createdAt: now,
  }));
  // In one order everywhere, so that two batches with some of the same keys cannot deadlock.
  await transaction.insert(table).values(rows.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)));
}

/** Runs `work` again when a twin of its request was faster: it then finds the twin's answer. */
export async function withTwins<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (violatedConstraint(error) !== 'idempotency_key_pkey') throw error;
    return await work();
  }
}

/** Forgets answers that are a day old, at most a thousand at once. Resolves to whether there may be more. */
export async function forgetAnswers(
  database: Queryable,
  table: IdempotencyTable,
  now: Date,
): Promise<boolean> {
  const old = database
    .select({ viewerId: table.viewerId, operation: table.operation, key: table.key })
    .from(table)
    .where(lt(table.createdAt, new Date(now.getTime() - lifetime)))
    .orderBy(table.createdAt)
    .limit(mostAtOnce);
  // By key: answers of one batch share their moment, and would go all together.
  const forgotten = await database
    .delete(table)
    .where(sql`(${table.viewerId}, ${table.operation}, ${table.key}) in ${old}`)
    .returning({ key: table.key });
  return forgotten.length === mostAtOnce;
}

function nameOf({ viewerId, operation, key }: Omit<KeyedRequest, 'input'>): string {
  return JSON.stringify([viewerId, operation, key]);
}

function fingerprint(input: unknown): string {
  return createHash('sha256').update(canonical(input)).digest('base64url');
}

/** JSON whose fields stand in one order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
