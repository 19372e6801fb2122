import type { SchemaMigrations } from '@tixgo/platform/database/migration-files.ts';

export const ticketMigrations: SchemaMigrations = {
  schema: 'ticket',
  folder: new URL('./migrations/', import.meta.url),
};
