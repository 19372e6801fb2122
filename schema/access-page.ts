import type { FieldAccess, TypeAccess } from './access-table.ts';

const introduction = `<!-- Composed by \`npm run compose\` from the subgraphs' schemas; not to be edited. -->
# Who may reach what

The least role for each coordinate of the API, read off \`supergraph.graphql\`; roles are ordered USER,
SCANNER, COMMITTEE, ADMIN, and each may do what those before it may. A document is refused as a whole when one
of its coordinates is refused: by the gateway before planning, and by the subgraph again. Whose thing it is (my
profile, my draft) is decided in services, on top of this.`;

/** The page of schema/access.md. */
export function renderAccess(types: readonly TypeAccess[]): string {
  const open = types.flatMap(({ fields }) => fields.filter(({ leastRole }) => leastRole === undefined));
  const guarded = types.map(guardedSection).filter((section) => section !== undefined);
  return `${[
    introduction,
    '## What an anonymous caller can reach',
    open.map(({ coordinate }) => `- \`${coordinate}\``).join('\n'),
    '## What takes a role',
    ...guarded,
  ].join('\n\n')}\n`;
}

function guardedSection(access: TypeAccess): string | undefined {
  const fields = access.fields.filter(({ leastRole }) => leastRole !== undefined);
  if (fields.length === 0) return undefined;
  const table = ['| coordinate | least role | because |', '|---|---|---|', ...fields.map(row)].join('\n');
  return [`### ${access.type}`, ...entrance(access), table].join('\n\n');
}

function entrance({ ownRule, waysIn }: TypeAccess): string[] {
  if (waysIn.length === 0) return [];
  const rule = ownRule === undefined ? 'No rule of its own' : `The type takes ${ownRule}`;
  const ways = waysIn.map(({ coordinate, leastRole }) => `\`${coordinate}\` (${leastRole ?? 'open'})`);
  return [`${rule}; reached through ${ways.join(', ')}.`];
}

function row({ coordinate, leastRole, because }: FieldAccess): string {
  return `| \`${coordinate}\` | ${leastRole} | ${because} |`;
}
