import { type Change, OtherBuild } from './other-build.ts';

const addedMigration = '0005_strapline';
const folders = { platform: 'platform', schema: 'schema', event: 'subgraphs/event' };
const migrations = 'subgraphs/event/store/migrations';

const said = '  "Up to 10,000 characters of plain text; null when there is none."\n  description: String\n';
const created = '  id: ID\n  "1..200 characters."\n  name: String!\n';
const lastMigration = '      "tag": "0004_broker-runs",\n      "breakpoints": true\n    }';
const entry = { idx: 5, version: '7', when: 4_102_444_800_000, tag: addedMigration, breakpoints: true };

/** A column that may be null, from the SDL to the fact, as a release adds one. */
const changes: readonly Change[] = [
  ['subgraphs/event/schema.graphql', said, `${said}  "Below the name."\n  strapline: String\n`],
  ['subgraphs/event/schema.graphql', created, `${created}  "Below the name."\n  strapline: String\n`],
  [
    'subgraphs/event/domain/event.ts',
    '  readonly venue: Venue | null;\n',
    '  readonly venue: Venue | null;\n  readonly strapline: string | null;\n',
  ],
  ['subgraphs/event/domain/event.ts', "'name' | 'description'", "'name' | 'strapline' | 'description'"],
  [
    'subgraphs/event/store/tables.ts',
    '    description: text(),\n',
    '    description: text(),\n    strapline: text(),\n',
  ],
  [
    'subgraphs/event/service/event-input.ts',
    '    ...(input.venue !== undefined &&',
    '    ...(input.strapline !== undefined && { strapline: input.strapline }),\n    ...(input.venue !== undefined &&',
  ],
  [
    'subgraphs/event/service/event-input.ts',
    '  readonly venue?: Optional<VenueInput>;\n',
    '  readonly venue?: Optional<VenueInput>;\n  readonly strapline?: Optional<string>;\n',
  ],
  [
    'subgraphs/event/service/event-facts.ts',
    '    eventId: id,\n    name,\n',
    '    eventId: id,\n    name,\n    strapline: event.strapline,\n',
  ],
  [
    'schema/facts/event.ts',
    '  readonly name: string;\n',
    '  readonly name: string;\n  readonly strapline: string | null;\n',
  ],
  ['schema/facts/catalogue.ts', '[EVENT_CHANGED]: 1,', '[EVENT_CHANGED]: 2,'],
  [`${migrations}/meta/_journal.json`, lastMigration, `${lastMigration},\n${JSON.stringify(entry)}`],
];

/** The event service as its next release could be. */
export async function buildNewerEvent(): Promise<OtherBuild> {
  const build = await OtherBuild.make(folders);
  await build.change(changes);
  await build.add(
    `${migrations}/${addedMigration}.sql`,
    'ALTER TABLE "event"."event" ADD COLUMN "strapline" text;',
  );
  return build;
}
