import type { WrittenJson } from '@tixgo/platform/graphql/subgraph.ts';
import { isObject } from '@tixgo/platform/json-values.ts';
import type { ResponseObject } from './execution.ts';

/** What an answer of entities begins with, written without blanks. */
const beginning = '{"data":{"_entities":[';

const quote = 0x22;
const comma = 0x2c;
const backslash = 0x5c;

/**
 * The entities of an answer to `_entities` as they stand there, without reading them: with a letter for each byte.
 *
 * @param written valid, without blanks
 * @returns undefined for an answer of another form
 */
export function entityTexts(written: WrittenJson): string[] | undefined {
  const json = written.toString('latin1');
  if (!json.startsWith(beginning)) return undefined;
  const texts: string[] = [];
  let start = beginning.length;
  let depth = 0;
  for (let at = start; at < json.length; at += 1) {
    const letter = json.charCodeAt(at);
    if (letter === quote) at = endOfString(json, at);
    else if (isOpening(letter)) depth += 1;
    else if (isClosing(letter) && depth > 0) depth -= 1;
    else if (depth === 0 && (letter === comma || isClosing(letter))) {
      if (at > start) texts.push(json.slice(start, at));
      start = at + 1;
      if (letter !== comma) return texts;
    }
  }
  return undefined;
}

/** An answer of these entities, as `entityTexts` gives them. */
export function answerOfEntities(texts: readonly string[]): WrittenJson {
  return Buffer.from(`${beginning}${texts.join()}]}}`, 'latin1');
}

/** Of `{` and `[`, and of `}` and `]`, which differ in one bit from each other. */
const isOpening = (letter: number) => (letter & ~0x20) === 0x5b;
const isClosing = (letter: number) => (letter & ~0x20) === 0x5d;

/** Where the quotation mark is that ends the string that begins at another. */
function endOfString(json: string, start: number): number {
  let end = json.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(json, end)) end = json.indexOf('"', end + 1);
  return end === -1 ? json.length : end;
}

/** After an odd number of backslashes. */
function isEscaped(json: string, at: number): boolean {
  let first = at;
  while (json.charCodeAt(first - 1) === backslash) first -= 1;
  return (at - first) % 2 === 1;
}

/** On an entity: all that its place in the answer has, as JSON in UTF-8 with a letter for each byte. */
const text: unique symbol = Symbol('text');
type EntityWithText = ResponseObject & { [text]?: string };

export function giveText(entity: EntityWithText, json: string): void {
  entity[text] = json;
}

/** An object of which no more is known than its text, or null. */
export function withText(json: string): ResponseObject | null {
  return json === 'null' ? null : { [text]: json };
}

/** @param json an object with this field and no other, written without blanks */
export const textOfOnlyField = (json: string, name: string) => json.slice(`{"${name}":`.length, -'}'.length);

export function textOfEntity(value: unknown): string | undefined {
  return isObject(value) ? (value as EntityWithText)[text] : undefined;
}
