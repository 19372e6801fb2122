import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { buildSchema, type DocumentNode, Kind, parse, validate } from 'graphql';
import * as generated from '../generated/documents.ts';

const schema = buildSchema(readFileSync(new URL('../../schema/api.graphql', import.meta.url), 'utf8'));
const documents = Object.values(generated).map((document) => parse(document.toString()));

function rootFieldsOf({ definitions }: DocumentNode): string[] {
  return definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION
      ? definition.selectionSet.selections.flatMap((selection) =>
          selection.kind === Kind.FIELD ? [`${definition.operation}.${selection.name.value}`] : [],
        )
      : [],
  );
}

test('Everything that the API offers has a document', () => {
  const offered = [
    ...Object.keys(schema.getQueryType()?.getFields() ?? {}).map((name) => `query.${name}`),
    ...Object.keys(schema.getMutationType()?.getFields() ?? {}).map((name) => `mutation.${name}`),
  ];
  const asked = new Set(documents.flatMap(rootFieldsOf));

  expect(offered.filter((field) => !asked.has(field))).toEqual([]);
});

test('Each document stands alone: one operation with exactly the fragments that it spreads', () => {
  const problems = documents.flatMap((document) => validate(schema, document));

  expect(problems).toEqual([]);
  expect(documents.length).toBeGreaterThan(20);
});
