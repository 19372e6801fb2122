import { expect, test } from '@jest/globals';
import { buildSubgraph } from '../graphql/subgraph.ts';
import { createLog } from '../logging.ts';
import { userViewer } from '../testing/ask.ts';
import { readCommonSdl } from './common-sdl.ts';

const kept = Object.freeze({ id: 'kept', name: 'Kept' });
const subgraph = buildSubgraph({
  name: 'test',
  sdl: `${readCommonSdl()}
    type Query { any: Int @public }
    type Person @key(fields: "id") { id: ID! name: String }
    type Secret @key(fields: "id") @requiresRole(role: ADMIN) { id: ID! }`,
  resolvers: {
    Person: {
      __resolveReference: ({ id }: { id: string }) => {
        if (id === 'kept') return kept;
        if (id === 'late') return Promise.resolve({ id, name: 'Late' });
        return id === 'lost' ? Promise.reject(new Error('lost')) : null;
      },
    },
    Secret: { __resolveReference: ({ id }: { id: string }) => ({ id }) },
  },
  createContext: (scope) => scope,
  log: createLog('silent'),
});

const query = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) { __typename ... on Person { name } }
}`;

async function entities(...keys: readonly (readonly [typename: string, id: string])[]) {
  const representations = keys.map(([__typename, id]) => ({ __typename, id }));
  const { data, errors } = await subgraph.execute({
    query,
    variables: { representations },
    viewer: userViewer('USER', 'anna'),
    requestId: 'r',
  });
  return { entities: data?._entities, paths: errors?.map(({ path }) => path) };
}

const person = (name: string) => ({ __typename: 'Person', name });

test('each entity is its own, however often the operation was asked', async () => {
  for (let round = 0; round < 25; round += 1) {
    const answer = await entities(
      ['Person', 'late'],
      ['Person', 'lost'],
      ['Person', 'kept'],
      ['Person', 'nobody'],
    );
    expect(answer).toEqual({
      entities: [person('Late'), null, person('Kept'), null],
      paths: [['_entities', 1]],
    });
  }
});

test('a type that takes a role is refused, also where its name alone is asked for', async () => {
  expect(await entities(['Secret', '1'])).toMatchObject({ paths: [['_entities']] });
});
