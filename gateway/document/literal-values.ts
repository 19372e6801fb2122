import {
  type GraphQLInputType,
  type GraphQLNamedInputType,
  type GraphQLScalarType,
  getNamedType,
  isScalarType,
  Kind,
  parseValue,
} from 'graphql';
import type { Literal } from './document-template.ts';

/** The value of a literal as a variable carries it; undefined where the two cannot be told to mean the same. */
export type LiteralValue = (literal: Literal) => string | number | undefined;

/** The value that a literal stands for where this type is asked. */
export function literalValue(type: GraphQLInputType): LiteralValue {
  const named: GraphQLNamedInputType = getNamedType(type);
  if (!isScalarType(named)) return () => undefined;
  const value = byScalar[named.name] ?? ofCustomScalar(named);
  return (literal) => (isWellFormed(literal) ? value(literal) : undefined);
}

const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** What is not is a syntax error, which the parser tells. */
function isWellFormed({ kind, text }: Literal): boolean {
  if (kind !== 'String') return number.test(text);
  if (!text.isWellFormed()) return false;
  for (let position = 0; position < text.length; position += 1) {
    const code = text.charCodeAt(position);
    if (code < 0x20 && code !== 0x09 && !(text.startsWith('"""') && (code === 0x0a || code === 0x0d)))
      return false;
  }
  return true;
}

const largestInt = 2_147_483_647;

const byScalar: Readonly<Record<string, LiteralValue>> = {
  Int: ({ kind, text }) => {
    const value = Number(text);
    return kind === 'Int' && value <= largestInt && value >= -largestInt - 1 ? value : undefined;
  },
  Float: ({ kind, text }) => (kind === 'String' ? undefined : finite(text)),
  String: (literal) => (literal.kind === 'String' ? textOf(literal) : undefined),
  ID: (literal) => {
    if (literal.kind === 'String') return textOf(literal);
    return literal.kind === 'Int' ? literal.text : undefined;
  },
  Boolean: () => undefined,
};

function ofCustomScalar(scalar: GraphQLScalarType): LiteralValue {
  return (literal) => {
    const value = ofUnknownForm(literal);
    try {
      return value !== undefined && scalar.parseValue(value) !== undefined ? value : undefined;
    } catch {
      return undefined;
    }
  };
}

/** A number that JSON cannot carry to the digit stays a literal. */
const ofUnknownForm: LiteralValue = (literal) => {
  if (literal.kind === 'String') return textOf(literal);
  const value = finite(literal.text);
  return literal.kind === 'Int' && !Number.isSafeInteger(value) ? undefined : value;
};

function finite(text: string): number | undefined {
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

function textOf({ text }: Literal): string | undefined {
  if (!text.startsWith('"""') && !text.includes('\\')) return text.slice(1, -1);
  try {
    const value = parseValue(text);
    return value.kind === Kind.STRING ? value.value : undefined;
  } catch {
    return undefined;
  }
}
