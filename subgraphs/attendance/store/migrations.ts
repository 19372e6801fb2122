import type { SchemaMigrations } from '@tixgo/platform/database/migration-files.ts';

export const attendanceMigrations: SchemaMigrations = {
  schema: 'attendance',
  folder: new URL('./migrations/', import.meta.url),
};
