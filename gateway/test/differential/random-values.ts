import {
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
} from 'graphql';
import type { Choices } from './choices.ts';

export type GivenVariables = Readonly<Record<string, unknown>>;

const strings = [
  'a',
  '',
  '""a',
  'with "quotes"',
  'line\nbreak',
  '\\',
  '#no comment',
  'é€😀',
  '}{)(',
  '\u0007',
  'null',
];
const integers = [0, 7, -1, 2_147_483_647, -2_147_483_648];
const floats = [0, 1.5, -2, 1e21, 3e-7];
const times = ['2026-11-21T18:30:00Z', '2026-11-21T18:30:00.5+02:00'];

/** Values of arguments, inline or by variables, with the definitions of those variables. */
export class RandomValues {
  readonly given: Record<string, unknown> = {};
  readonly #choices: Choices;
  readonly #definitions: string[] = [];
  /** Variables of conditions. */
  readonly #conditions: string[] = [];
  #variables = 0;
  /** Within the default of a variable. */
  #isConstant = false;

  readonly #isShadowing: boolean;

  /** @param isShadowing whether a variable may have the name that a plan gives its own */
  constructor(choices: Choices, isShadowing: boolean) {
    this.#choices = choices;
    this.#isShadowing = isShadowing;
  }

  definitions(): string {
    return this.#definitions.length === 0 ? '' : `(${this.#definitions.join(', ')})`;
  }

  /** @param hasDefault whether the place has a default, so that a nullable variable may stand there */
  text(type: GraphQLInputType, hasDefault: boolean): string {
    if (!this.#isConstant && this.#choices.oneIn(3)) return `$${this.#variable(type, hasDefault)}`;
    if (isNonNullType(type)) return this.#literal(type.ofType);
    return this.#choices.oneIn(8) ? 'null' : this.#literal(type);
  }

  condition(): string {
    const kind = this.#choices.below(4);
    if (kind < 2) return kind === 0 ? 'true' : 'false';
    if (this.#conditions.length > 0 && this.#choices.oneIn(2)) return this.#choices.of(this.#conditions);
    const name = this.#name();
    const isDefaulted = kind === 3;
    this.#definitions.push(`$${name}: Boolean!${isDefaulted ? ' = true' : ''}`);
    if (!isDefaulted || this.#choices.oneIn(2)) this.given[name] = this.#choices.oneIn(2);
    this.#conditions.push(`$${name}`);
    return `$${name}`;
  }

  #name(): string {
    const number = this.#variables;
    this.#variables += 1;
    return !this.#isShadowing || number > 0 || !this.#choices.oneIn(4) ? `v${number}` : 'representations';
  }

  #variable(type: GraphQLInputType, hasDefault: boolean): string {
    const name = this.#name();
    const isNullable = !isNonNullType(type) || (hasDefault && this.#choices.oneIn(2));
    const inner = isNonNullType(type) ? type.ofType : type;
    const isDefaulted = this.#choices.oneIn(4);
    const text = isNullable ? String(inner) : String(type);
    this.#definitions.push(`$${name}: ${text}${isDefaulted ? ` = ${this.#constant(inner)}` : ''}`);
    if ((isNullable || isDefaulted) && this.#choices.oneIn(3)) return name;
    this.given[name] =
      isNullable && !isNonNullType(type) && this.#choices.oneIn(6) ? null : this.#json(inner);
    return name;
  }

  #constant(type: GraphQLInputType): string {
    this.#isConstant = true;
    const text = this.#literal(type);
    this.#isConstant = false;
    return text;
  }

  #literal(type: GraphQLInputType): string {
    if (isNonNullType(type)) return this.#literal(type.ofType);
    if (isListType(type)) {
      if (this.#choices.oneIn(5)) return this.#literal(type.ofType);
      const length = this.#choices.below(3);
      return `[${Array.from({ length }, () => this.text(type.ofType, false)).join(', ')}]`;
    }
    if (isEnumType(type)) return this.#choices.of(type.getValues()).name;
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter(
        (field) => isRequiredInputField(field) || this.#choices.oneIn(5),
      );
      const parts = fields.map(
        ({ name, type: inner, defaultValue }) => `${name}: ${this.text(inner, defaultValue !== undefined)}`,
      );
      return `{ ${parts.join(', ')} }`;
    }
    return this.#scalarText(type.name);
  }

  #scalarText(name: string): string {
    switch (name) {
      case 'Int':
        return String(this.#choices.of(integers));
      case 'Float':
        return this.#choices.of(['0', '1.5', '-2', '1e21', '3.0E-7', '-0.0']);
      case 'Boolean':
        return this.#choices.of(['true', 'false']);
      case 'ID':
        return this.#choices.of(['"a"', '7', '-7', '99999999999999999999']);
      case 'String':
        return this.#stringText();
      case 'DateTime':
        return JSON.stringify(this.#choices.of(times));
      default:
        return this.#choices.of([
          '"a"',
          '7',
          '1.25',
          '12345678901234567890',
          'true',
          'PLAIN',
          '[1, "b"]',
          '{ a: 1, b: { c: "d" } }',
        ]);
    }
  }

  #stringText(): string {
    if (this.#choices.oneIn(5))
      return this.#choices.of([
        '"""block"""',
        '"""a"""',
        '"""\n  two "lines"\n    in \\""" it\n"""',
        '""""""',
      ]);
    const text = JSON.stringify(this.#choices.of(strings)).replaceAll('\u0007', '\\u0007');
    return this.#choices.oneIn(4) ? text.replace('a', '\\u0061') : text;
  }

  #json(type: GraphQLInputType): unknown {
    if (isNonNullType(type)) return this.#json(type.ofType);
    if (isListType(type)) {
      if (this.#choices.oneIn(5)) return this.#json(type.ofType);
      return Array.from({ length: this.#choices.below(3) }, () => this.#json(type.ofType));
    }
    if (isEnumType(type)) return this.#choices.of(type.getValues()).name;
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter(
        (field) => isRequiredInputField(field) || this.#choices.oneIn(5),
      );
      return Object.fromEntries(fields.map(({ name, type: inner }) => [name, this.#json(inner)]));
    }
    if (type.name === 'Int') return this.#choices.of(integers);
    if (type.name === 'Float') return this.#choices.of(floats);
    if (type.name === 'DateTime') return this.#choices.of(times);
    if (type.name === 'Boolean') return this.#choices.oneIn(2);
    if (type.name === 'ID') return this.#choices.of<unknown>(['a', 7]);
    return this.#choices.of(strings);
  }
}
