import { expect, test } from '@jest/globals';
import { anonymous } from '@tixgo/platform/viewer.ts';
import { composeSupergraph } from '@tixgo/schema/compose.ts';
import { parse } from 'graphql';
import { prepareSupergraph, supergraphRules } from '../supergraph/loaded-supergraph.ts';
import { thingsSdl } from './things-gateway.ts';

const { supergraphSdl = '' } = composeSupergraph([{ name: 'things', sdl: thingsSdl }]);
const { documents } = prepareSupergraph(supergraphSdl, supergraphRules(supergraphSdl, []));
const source = 'query Open { thing(id: "1") { id } } query Shut { secret }';

test('of a document that is known, an operation is planned only for who may run it', () => {
  expect(documents.prepare(source, parse(source), 'Open', anonymous)).toBeDefined();
  expect(documents.find(source, 'Open')).toBeDefined();
  expect(documents.find(source, 'Shut')).toBeUndefined();
  expect(() => documents.prepare(source, parse(source), 'Shut', anonymous)).toThrow(/Sign in first/);
  expect(documents.find(source, 'Shut')).toBeUndefined();
  const admin = { kind: 'service', name: 'test' } as const;
  expect(documents.prepare(source, parse(source), 'Shut', admin)).toBeDefined();
  expect(documents.find(source, 'Shut')).toBeDefined();
  expect(documents.find(source, 'Open')).toBeDefined();
});
