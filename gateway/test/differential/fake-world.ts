import { createHash } from 'node:crypto';
import {
  type FieldNode,
  GraphQLError,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  isAbstractType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  parse,
  type SelectionSetNode,
} from 'graphql';
import type { FederationFacts } from './federation-facts.ts';

/** An object of the world: it is known by its family and number, whichever service is asked. */
export interface Thing {
  readonly __typename: string;
  readonly number: number;
  /** What a subgraph was told of it by the gateway. */
  readonly told?: Readonly<Record<string, unknown>>;
}

export interface Weather {
  readonly seed: number;
  /** Whether resolvers throw, nulls come where none may be and services forget entities. */
  readonly isStormy: boolean;
}

const thingsOfAFamily = 6;

/**
 * Made-up data that every service agrees on: a value depends on nothing but the object, the field, its arguments and
 * what the field requires. The monolith that has all of it gives the right answer to any operation.
 */
export class FakeWorld {
  readonly #schema: GraphQLSchema;
  readonly #facts: FederationFacts;
  readonly #weather: Weather;

  /** @param schema the API's, for what is an object of which type */
  constructor(schema: GraphQLSchema, facts: FederationFacts, weather: Weather) {
    this.#schema = schema;
    this.#facts = facts;
    this.#weather = weather;
  }

  /**
   * @param required what the field's @requires selects, when it has one
   * @throws what a resolver of a stormy world throws
   */
  value(
    thing: Thing,
    { name: field, type }: { readonly name: string; readonly type: GraphQLOutputType },
    args: Readonly<Record<string, unknown>>,
    required?: unknown,
  ): unknown {
    const owner = this.#facts.familyOf(thing.__typename);
    if (this.#facts.isKeyField(thing.__typename, field)) return this.#keyValue(thing, owner, field, type);
    const seed = [owner, thing.number, field, sorted(args), sorted(required ?? null)].join('|');
    if (this.#weather.isStormy && this.#chance(`${seed}|error`, 30))
      throw new GraphQLError(`${owner}.${field} of ${thing.number} failed`, {
        extensions: { code: 'CONFLICT' },
      });
    return this.#valueOf(type, seed);
  }

  /** The object that a reference means; undefined in a stormy world for one that the service forgot. */
  referenced(subgraph: string, reference: Readonly<Record<string, unknown>>): Thing | undefined {
    const __typename = String(reference.__typename);
    const number = this.#facts.numberIn(__typename, reference);
    if (number === undefined)
      throw new GraphQLError(`No key of ${__typename} in ${JSON.stringify(reference)}`);
    const family = this.#facts.familyOf(__typename);
    if (this.#weather.isStormy && this.#chance(`${subgraph}|${family}|${number}|forgotten`, 12))
      return undefined;
    return { __typename: this.concreteName(__typename, number), number, told: reference };
  }

  /** What a field's @requires selects, for the one who has everything. */
  required(thing: Thing, fieldSet: string): unknown {
    const [operation] = parse(`{ ${fieldSet} }`).definitions;
    if (operation?.kind !== 'OperationDefinition') throw new Error(fieldSet);
    return this.#selected(thing, operation.selectionSet);
  }

  /** An interface's or a union's objects are of its types in turn. */
  concreteName(typename: string, number: number): string {
    const type = this.#schema.getType(typename);
    if (!isAbstractType(type)) return typename;
    const names = this.#schema
      .getPossibleTypes(type)
      .map(({ name }) => name)
      .sort();
    return names[number % names.length] ?? typename;
  }

  #selected(thing: Thing, { selections }: SelectionSetNode): Record<string, unknown> {
    const selected: Record<string, unknown> = {};
    for (const selection of selections) {
      if (selection.kind !== 'Field') throw new Error('Fragments are not made in @requires.');
      selected[selection.name.value] = this.#selectedField(thing, selection);
    }
    return selected;
  }

  #selectedField(thing: Thing, node: FieldNode): unknown {
    const type = this.#schema.getType(thing.__typename) as GraphQLObjectType | GraphQLInterfaceType;
    const field =
      type.getFields()[node.name.value] ?? this.#facts.hiddenField(thing.__typename, node.name.value);
    if (!field) throw new Error(`${thing.__typename}.${node.name.value} is required, but unknown`);
    const own = this.#facts.requiredBy(thing.__typename, field.name);
    const needs = own === undefined ? undefined : this.required(thing, own);
    const value = this.value(thing, field, getArgumentValues(field, node), needs);
    const { selectionSet } = node;
    const deeper = (part: unknown): unknown => {
      if (Array.isArray(part)) return part.map(deeper);
      return isThing(part) && selectionSet ? this.#selected(part, selectionSet) : part;
    };
    return deeper(value);
  }

  #keyValue(thing: Thing, owner: string, field: string, type: GraphQLOutputType): unknown {
    const named = getNamedType(type);
    if (!isLeafType(named)) return this.#thing(named.name, thing.number);
    return named.name === 'Int'
      ? thing.number
      : `${owner}-${field}-${lettersFor(thing.number)}-${thing.number}`;
  }

  #valueOf(type: GraphQLOutputType, seed: string): unknown {
    if (isNonNullType(type)) {
      if (this.#weather.isStormy && this.#chance(`${seed}|null`, 40)) return null;
      return this.#valueOf(type.ofType, `${seed}!`);
    }
    if (!seed.endsWith('!') && this.#chance(`${seed}|nothing`, 6)) return null;
    if (isListType(type)) {
      const length = this.#random(`${seed}|length`) % 4;
      return Array.from({ length }, (_, index) => this.#valueOf(type.ofType, `${seed}|${index}`));
    }
    if (isEnumType(type)) {
      const values = type.getValues();
      return values[this.#random(seed) % values.length]?.value;
    }
    if (isObjectType(type) || isAbstractType(type)) return this.#thing(type.name, this.#random(seed));
    return this.#leaf(type.name, seed);
  }

  #thing(typename: string, random: number): Thing {
    const type = this.#schema.getType(typename);
    const family = this.#facts.familyOf(typename);
    const first = random % thingsOfAFamily;
    if (isObjectType(type) && family !== typename) {
      // Only some numbers of a family are of this type.
      for (let step = 0; step < thingsOfAFamily; step += 1) {
        const number = (first + step) % thingsOfAFamily;
        if (this.concreteName(family, number) === typename) return { __typename: typename, number };
      }
    }
    return { __typename: this.concreteName(typename, first), number: first };
  }

  #leaf(name: string, seed: string): unknown {
    const random = this.#random(seed);
    if (name === 'Int') return (random % 2001) - 1000;
    if (name === 'Float') return (random % 1000) / 8;
    if (name === 'Boolean') return random % 2 === 0;
    // The empty string and 0 are values, too.
    return random % 7 === 0 ? '' : `${name.toLowerCase()} ${lettersFor(random)} ${random % 100_000}`;
  }

  #chance(seed: string, times: number): boolean {
    return this.#random(seed) % times === 0;
  }

  #random(seed: string): number {
    return createHash('sha256').update(`${this.#weather.seed}|${seed}`).digest().readUInt32BE();
  }
}

/** What JSON, UTF-8 and whoever cuts JSON into pieces have to be careful about. */
const letters = [
  '',
  'plain',
  'ü',
  '“}],{[\\',
  '🎟',
  '\ud83c',
  '\u2028"\\"',
  `Ā${'ж'.repeat(90)}`,
  '\u0000\n',
] as const;

const lettersFor = (random: number) => letters[random % letters.length] ?? '';

export function isThing(value: unknown): value is Thing {
  return typeof value === 'object' && value !== null && '__typename' in value && 'number' in value;
}

/** Equal for equal values, whatever the order of their names. */
export function sorted(value: unknown): string {
  return JSON.stringify(value, (_name, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([left], [right]) => (left < right ? -1 : 1)))
      : part,
  );
}
