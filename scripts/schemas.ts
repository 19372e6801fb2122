import { gatewayMigrations } from '../gateway/store/migrations.ts';
import type { SchemaMigrations } from '../platform/database/migration-files.ts';
import { attendanceMigrations } from '../subgraphs/attendance/store/migrations.ts';
import { eventMigrations } from '../subgraphs/event/store/migrations.ts';
import { identityMigrations } from '../subgraphs/identity/store/migrations.ts';
import { paymentMigrations } from '../subgraphs/payment/store/migrations.ts';
import { ticketMigrations } from '../subgraphs/ticket/store/migrations.ts';

/** Every schema, by the service whose processes use it. */
export const schemas: Readonly<Record<string, readonly SchemaMigrations[]>> = {
  identity: [identityMigrations],
  event: [eventMigrations],
  attendance: [attendanceMigrations, gatewayMigrations],
  ticket: [ticketMigrations],
  payment: [paymentMigrations],
};
