import type { SchemaMigrations } from '@tixgo/platform/database/migration-files.ts';

export const gatewayMigrations: SchemaMigrations = {
  schema: 'gateway',
  folder: new URL('./migrations/', import.meta.url),
};
