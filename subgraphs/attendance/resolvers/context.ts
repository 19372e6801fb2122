import type { RequestScope } from '@tixgo/platform/graphql/subgraph.ts';
import type { AttendanceReader } from '../service/attendance-reader.ts';
import type { AttendanceServices } from '../service/attendance-services.ts';
import type { ImportReader } from '../service/import/import-reader.ts';

export interface Context extends RequestScope {
  readonly services: AttendanceServices;
  readonly attendance: AttendanceReader;
  readonly imports: ImportReader;
}
