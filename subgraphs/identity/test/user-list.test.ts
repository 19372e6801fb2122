import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@tixgo/platform/ids.ts';
import type { UserViewer } from '@tixgo/platform/viewer.ts';
import { firstAdmin, IdentitySystem, seconds } from './identity-system.ts';

let listed: IdentitySystem;
let viewer: UserViewer;

describe('the list of users', () => {
  const query = `query($filter: UserFilter, $first: Int, $after: String) {
    users(filter: $filter, first: $first, after: $after) { totalCount edges { cursor node { username } } pageInfo { hasNextPage endCursor } }
  }`;
  beforeAll(async () => {
    listed = await IdentitySystem.start();
    viewer = await listed.admin();
    for (const username of ['Anna', 'Änne', 'ben_1', 'ben%2', 'carl']) {
      listed.pass(1 * seconds);
      await listed.register(username, username === 'carl' ? { role: 'COMMITTEE' } : {});
    }
    const { users } = await listed.client.data(
      '{ users(filter: { search: "anna" }) { edges { node { id } } } }',
      {},
      viewer,
    );
    await listed.ban(users.edges[0].node.id);
  });
  afterAll(async () => {
    await listed.stop();
  });

  const names = async (variables: Record<string, unknown>) => {
    const { users } = await listed.client.data(query, variables, viewer);
    return users.edges.map(({ node }: { node: { username: string } }) => node.username);
  };

  test('is newest first and pages to the end without a gap', async () => {
    const everyone = ['carl', 'ben%2', 'ben_1', 'Änne', 'Anna', firstAdmin.username];
    expect(await names({})).toEqual(everyone);
    const { users: page } = await listed.client.data(query, { first: 4 }, viewer);
    expect(page).toMatchObject({
      totalCount: 6,
      pageInfo: { hasNextPage: true, endCursor: page.edges[3].cursor },
    });
    const { users: rest } = await listed.client.data(
      query,
      { first: 4, after: page.pageInfo.endCursor },
      viewer,
    );
    expect(rest.pageInfo.hasNextPage).toBe(false);
    const nodes = [...page.edges, ...rest.edges].map(({ node }) => node.username);
    expect(nodes).toEqual(everyone);
  });

  test.each([
    [{ search: 'ANN' }, ['Anna']],
    [{ search: 'a\u0308nN' }, ['Änne']],
    [{ search: '_' }, ['ben_1']],
    [{ search: '%' }, ['ben%2']],
    [{ role: 'COMMITTEE' }, ['carl']],
    [{ role: 'USER', banned: true }, ['Anna']],
    [{ banned: true }, ['Anna']],
    [{ banned: false, search: 'n' }, ['ben%2', 'ben_1', 'Änne']],
    [{ kind: 'DEVICE' }, []],
    [{ kind: 'PERSON', role: 'ADMIN' }, [firstAdmin.username]],
  ])('filtered by %j is %j, and counted so', async (filter, expected) => {
    expect(await names({ filter })).toEqual(expected);
    expect((await listed.client.data(query, { filter, first: 1 }, viewer)).users.totalCount).toBe(
      expected.length,
    );
  });

  test.each([
    [{ first: -1 }, 'first'],
    [{ first: 0 }, 'first'],
    [{ first: 10_000 }, 'first'],
    [{ after: 'nonsense' }, 'after'],
    [{ after: Buffer.from(JSON.stringify(['events', newId()])).toString('base64url') }, 'after'],
    [{ after: Buffer.from(JSON.stringify(['users', 'evt1'])).toString('base64url') }, 'after'],
    [{ filter: { search: '' } }, 'filter.search'],
    [{ filter: { search: 'x'.repeat(101) } }, 'filter.search'],
    [{ filter: { search: 'a\u0000' } }, 'filter.search'],
  ])('%j is refused by field', async (variables, field) => {
    expect(await listed.client.refusal(query, variables, viewer)).toMatchObject({
      code: 'BAD_USER_INPUT',
      field,
    });
  });
});
