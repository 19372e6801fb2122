import type { GraphQLFormattedError } from 'graphql';
import type { Answer, StockAnswer } from './executors.ts';
import { sorted } from './fake-world.ts';

type Errors = readonly GraphQLFormattedError[] | undefined;

/** What is wrong with our answer, in a word; undefined for nothing. */
export type Fault = string | undefined;

/** Where nothing fails, the answer is the one of a service that has everything. */
export function faultBesideMonolith(ours: Answer, monolith: Answer): Fault {
  if (JSON.stringify(ours.data) !== JSON.stringify(monolith.data)) return 'not the answer of one service';
  if (hasErrors(ours.errors) || hasErrors(monolith.errors)) return 'an error where nothing failed';
  if (String(ours.mutations) !== String(monolith.mutations)) return 'mutations in another order';
  return undefined;
}

/** Where services fail, it is the stock gateway's, but where that contradicts itself. */
export function faultBesideStock(ours: Answer, stock: StockAnswer): Fault {
  const { data, errors } = ours;
  const astray = (errors ?? []).find((error) => !standsAtNull(data, error));
  if (astray) return `an error where no value is missing: ${JSON.stringify(astray)}`;
  // It gives up, or gives nothing and says nothing.
  if (isLost(stock)) return undefined;
  if (sorted(data) !== sorted(stock.data)) return 'not the data of the stock gateway';
  // An owner that does not know an entity is no failure, unless nothing is left of the answer.
  if (!hasErrors(stock.errors))
    return data === null
      ? differing(placesOf(errors?.filter(isToldByBoth)), placesOf(stock.completionErrors), stock)
      : differing(placesOf(errors), '', stock);
  return differing(tellingsOf(errors), tellingsOf(stock.errors), stock);
}

/** Where nobody knows an object's type, the stock gateway gives null and says nothing. */
const isToldByBoth = ({ message }: GraphQLFormattedError): boolean => !message.endsWith('.__typename.');

function differing(ours: string, theirs: string, stock: StockAnswer): Fault {
  if (ours === theirs || stock.errors?.some((error) => !standsAtNull(stock.data, error))) return undefined;
  const isMiscounted = stock.errors?.some((error) => !leavesNull(stock.data, error));
  if (isMiscounted && uncounted(ours) === uncounted(theirs)) return undefined;
  return `other errors: ${ours} instead of ${theirs}`;
}

/** Without places in lists: the stock gateway counts the entities that it asked for, where their list has others too. */
const uncounted = (errors: string): string =>
  distinctLines(errors.split('\n').map((line) => line.replace(/(?<=^\S*)\.\d+(?=[. ]|$)/g, '')));

const hasErrors = (errors: Errors): boolean => errors !== undefined && errors.length > 0;

const placesOf = (errors: Errors): string => distinct(errors, ({ path }) => String(path?.join('.')));

const tellingsOf = (errors: Errors): string =>
  distinct(errors, ({ path, message }) => `${path?.join('.')} ${message}`);

function distinct(errors: Errors, text: (error: GraphQLFormattedError) => string): string {
  return distinctLines((errors ?? []).map(text));
}

const distinctLines = (lines: readonly string[]): string => [...new Set(lines)].sort().join('\n');

function isLost({ data, errors }: StockAnswer): boolean {
  return data === undefined || (data === null && !hasErrors(errors));
}

/** A field error leaves null at its place or above it, unless the client has not asked for what is missing. */
function standsAtNull(data: unknown, error: GraphQLFormattedError): boolean {
  const value = whereItEnds(data, error);
  return value === null || value === undefined;
}

function leavesNull(data: unknown, error: GraphQLFormattedError): boolean {
  return whereItEnds(data, error) === null;
}

/** What the last place has that there is on the way to an error, null for one without a place. */
function whereItEnds(data: unknown, { path }: GraphQLFormattedError): unknown {
  if (!path) return null;
  let value = data;
  for (const part of path) {
    if (value === null || value === undefined) return value;
    value = Reflect.get(Object(value), part);
  }
  return value;
}
