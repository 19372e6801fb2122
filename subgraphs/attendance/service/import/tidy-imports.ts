import {
  failSilentImports,
  findImportToClear,
  noteImportCleared,
  removeImport,
  removeLeftovers,
} from '../../store/ticket-import-store.ts';
import type { AttendanceDependencies } from '../dependencies.ts';

type Dependencies = Pick<AttendanceDependencies, 'database' | 'clock'>;

/** After how long a process that reads a list is taken for gone, in seconds: some of its heartbeats. */
const silence = 15;
/** In rows, for one statement. */
const mostAtOnce = 5_000;
const failure = 'The server stopped while it read the file; send it again.';

/** Ends imports whose process was killed. @param after seconds without a sign of it */
export async function failAbandonedImports(
  { database, clock }: Dependencies,
  after = silence,
): Promise<void> {
  await failSilentImports(database, after, { failure, finishedAt: clock() });
}

/** Ends what was abandoned, and removes what ended imports left, some at a time. Resolves to whether there is more. */
export const tidyImports = (dependencies: Dependencies) => async (): Promise<boolean> => {
  const { database } = dependencies;
  await failAbandonedImports(dependencies);
  const next = await findImportToClear(database);
  if (!next) return false;
  const { id, deleted } = next;
  if (await removeLeftovers(database, 'tickets', id, mostAtOnce)) return true;
  if (!deleted) await noteImportCleared(database, id);
  else if (!(await removeLeftovers(database, 'errors', id, mostAtOnce))) await removeImport(database, id);
  return true;
};
