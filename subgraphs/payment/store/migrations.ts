import type { SchemaMigrations } from '@tixgo/platform/database/migration-files.ts';

export const paymentMigrations: SchemaMigrations = {
  schema: 'payment',
  folder: new URL('./migrations/', import.meta.url),
};
