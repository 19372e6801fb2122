import { describe, expect, test } from '@jest/globals';
import { documentRequirements } from '@tixgo/platform/access/requirements.ts';
import { readAccessRules } from '@tixgo/platform/access/rules.ts';
import { includesRole, type Role, roles } from '@tixgo/platform/viewer.ts';
import {
  buildSchema,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isObjectType,
  isUnionType,
  parse,
} from 'graphql';
import { renderAccess } from '../access-page.ts';
import { accessByType } from '../access-table.ts';
import { composeSupergraph, readSubgraphs } from '../compose.ts';

const { supergraphSdl = '', apiSdl = '' } = composeSupergraph(readSubgraphs());
const supergraph = parse(supergraphSdl);
const table = accessByType(supergraph);

describe('the access table', () => {
  test('gives each coordinate the role that the guard asks for on the easiest way to it', () => {
    const listed = table.flatMap(({ fields }) =>
      fields.map((field) => [field.coordinate, field.leastRole] as const),
    );
    expect(Object.fromEntries(listed)).toEqual(Object.fromEntries(askedByGuard(buildSchema(apiSdl))));
  });

  test('guards what has no rule of its own by the fields that lead to it', () => {
    const [connection] = table.filter(({ type }) => type === 'CheckInConnection');
    expect(connection).toMatchObject({
      ownRule: undefined,
      waysIn: [{ coordinate: 'Attendance.records', leastRole: 'COMMITTEE' }],
      fields: [{ leastRole: 'COMMITTEE' }, { leastRole: 'COMMITTEE' }, { leastRole: 'COMMITTEE' }],
    });
  });

  test('opens nothing of attendance to a stranger', () => {
    const [open = ''] = renderAccess(table).split('## What takes a role');
    expect(open).toContain('- `Query.event`');
    expect(open).not.toMatch(/Attendance|CheckIn|Scan|Summary|UserConnection/);
  });

  test('takes the strictest of a field, its type and the type it returns, and the easiest of several ways', () => {
    const sdl = parse(`
      enum Role { USER SCANNER COMMITTEE ADMIN }
      type Query { hall: Hall @requiresRole(role: ADMIN) door: Door @public any: Any @requiresRole(role: USER) }
      union Any = Hall | Vault
      type Hall { size: Int safe: Vault }
      type Door { hall: Hall @requiresRole(role: SCANNER) }
      type Vault @requiresRole(role: COMMITTEE) { code: Int key: Int @requiresRole(role: ADMIN) }
      type Attic { dust: Int }
    `);
    const roleOf = Object.fromEntries(
      accessByType(sdl).flatMap(({ fields }) => fields.map((field) => [field.coordinate, field.leastRole])),
    );
    expect(roleOf).toEqual({
      'Query.hall': 'ADMIN',
      'Query.door': undefined,
      'Query.any': 'USER',
      'Door.hall': 'SCANNER',
      'Hall.size': 'USER',
      'Hall.safe': 'COMMITTEE',
      'Vault.code': 'COMMITTEE',
      'Vault.key': 'ADMIN',
    });
  });
});

test('the roles of the schema are those of the platform, in the same order', () => {
  const role = buildSchema(apiSdl).getType('Role');
  expect(isEnumType(role) && role.getValues().map(({ name }) => name)).toEqual([...roles]);
});

/** By trying: a document for every path that visits no type twice, each asked of the guard itself. */
function askedByGuard(schema: GraphQLSchema): Map<string, Role | undefined> {
  const rules = readAccessRules(supergraph);
  const least = new Map<string, Role | undefined>();
  const note = (coordinate: string, operation: string, path: readonly string[]) => {
    const document = parse(`${operation} { ${path.join(' { ')}${' }'.repeat(path.length)}`);
    const asked = documentRequirements(schema, rules, document)
      .get('')
      ?.map((each) => each.role);
    const role = roles.findLast((each) => asked?.includes(each));
    const known = least.get(coordinate);
    if (!least.has(coordinate) || role === undefined || (known && includesRole(known, role)))
      least.set(coordinate, role);
  };
  const visit = (
    type: GraphQLNamedType,
    operation: string,
    path: readonly string[],
    visited: readonly string[],
  ) => {
    if (visited.includes(type.name)) return;
    const seen = [...visited, type.name];
    if (isUnionType(type)) {
      for (const member of type.getTypes())
        visit(member, operation, [...path, `... on ${member.name}`], seen);
    }
    if (!isObjectType(type)) return;
    for (const field of Object.values(type.getFields())) {
      note(`${type.name}.${field.name}`, operation, [...path, field.name]);
      visit(getNamedType(field.type), operation, [...path, field.name], seen);
    }
  };
  const query = schema.getQueryType();
  const mutation = schema.getMutationType();
  if (query) visit(query, 'query', [], []);
  const subscription = schema.getSubscriptionType();
  if (mutation) visit(mutation, 'mutation', [], []);
  if (subscription) visit(subscription, 'subscription', [], []);
  return least;
}
