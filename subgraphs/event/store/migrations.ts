import type { SchemaMigrations } from '@tixgo/platform/database/migration-files.ts';

export const eventMigrations: SchemaMigrations = {
  schema: 'event',
  folder: new URL('./migrations/', import.meta.url),
};
