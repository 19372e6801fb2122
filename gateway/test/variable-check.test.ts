import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { buildSchema, getVariableValues, parse } from 'graphql';
import { variableCheck } from '../executor/variables.ts';
import { type OperationDocument, operationDocument, operationOf } from '../operation/operation-document.ts';

const schema = buildSchema(`
  scalar DateTime
  enum Side { LEFT RIGHT }
  input Inner { count: Int!, side: Side = LEFT, inner: Inner }
  input Outer { id: ID!, note: String, at: DateTime, weight: Float, all: [Inner!], isOn: Boolean! = true }
  input OneOf @oneOf { id: ID, name: String }
  type Query { field: Int }
`);
/** With a value that is one of each, and one that is none; whatever JSON can say may be a DateTime. */
const types: readonly (readonly [type: string, right: unknown, wrong: unknown])[] = [
  [
    'Outer!',
    { id: '1', weight: 1.5, all: [{ count: 3, side: 'LEFT' }], isOn: true },
    { id: '1', isOn: null },
  ],
  ['Outer', null, {}],
  ['[Inner!]!', [{ count: 3, inner: { count: 1 } }], [null]],
  ['[[Int]]', [[1, null], null], [['1']]],
  ['Side', 'RIGHT', 'right'],
  ['OneOf!', { name: 'a' }, { id: '1', name: 'a' }],
  ['ID!', 7, 1.5],
  ['Int', 2 ** 31 - 1, 2 ** 31],
  ['Float', 1e300, '1'],
  ['DateTime', {}, undefined],
];

function documentOf(type: string): OperationDocument {
  const document = operationDocument(parse(`query ($value: ${type}) { field }`), undefined);
  if (!document) throw new Error('That is no operation.');
  return document;
}

const leaf = fc.constantFrom<unknown>(
  ...[null, undefined, true, 0, -1, 1.5, 2 ** 31, 2 ** 31 - 1, -(2 ** 31), -(2 ** 31) - 1, Number.NaN, 1e300],
  ...['', 'LEFT', 'left', '12', [], {}],
);
const name = fc.constantFrom(
  ...[
    'id',
    'note',
    'at',
    'weight',
    'all',
    'isOn',
    'count',
    'side',
    'inner',
    'other',
    '__proto__',
    'toString',
  ],
);
const { value: anyValue } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    leaf,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(name, tie('value'), { maxKeys: 6 }),
    fc.record(
      { id: fc.constant('1'), isOn: leaf, all: tie('value'), weight: leaf, at: leaf },
      { requiredKeys: ['id'] },
    ),
    fc.record({ name: fc.constantFrom('a', null) }),
    fc.record({ count: fc.constant(3), side: leaf, inner: tie('value') }, { requiredKeys: ['count'] }),
  ),
}));

describe('variables are judged as graphql-js judges them', () => {
  test.each(types)('of type %s', (type, right, wrong) => {
    const document = documentOf(type);
    const check = variableCheck(schema, document);
    const definitions = operationOf(document).variableDefinitions ?? [];
    const told = { right: 0, wrong: 0 };
    fc.assert(
      fc.property(anyValue, (value) => {
        const variables = { value };
        const { errors = [] } = getVariableValues(schema, definitions, variables);
        expect(check(variables).map(String)).toEqual(errors.map(String));
        told[errors.length > 0 ? 'wrong' : 'right'] += 1;
      }),
      { numRuns: 200, examples: [[right], [wrong]] },
    );
    expect(told.right).toBeGreaterThan(0);
    if (type !== 'DateTime') expect(told.wrong).toBeGreaterThan(0);
  });
});
