import type { SchemaMigrations } from '@tixgo/platform/database/migration-files.ts';

export const identityMigrations: SchemaMigrations = {
  schema: 'identity',
  folder: new URL('./migrations/', import.meta.url),
};
