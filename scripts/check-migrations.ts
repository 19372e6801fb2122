import { globSync, readFileSync } from 'node:fs';
import { basename, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readMigrations } from '../platform/database/migration-files.ts';
import { findLostMigrations, findUnsafeStatements } from './migration-rules.ts';
import { schemas } from './schemas.ts';

const folders = Object.values(schemas)
  .flat()
  .map(({ folder }) => ({ folder, path: relative(process.cwd(), fileURLToPath(folder)) }));
const problems = folders.flatMap(({ folder, path }) => {
  const paths = globSync(`${path}/*.sql`).sort();
  const unsafe = paths.flatMap((file) => findUnsafeStatements(file, readFileSync(file, 'utf8')));
  const files = paths.map((file) => basename(file));
  return [...findLostMigrations({ path, entries: readMigrations(folder), files }), ...unsafe];
});
const unknown = globSync('{gateway,platform,subgraphs}/**/meta/_journal.json', {
  exclude: ['**/node_modules/**'],
})
  .filter((file) => !folders.some(({ path }) => file.startsWith(`${path}/`)))
  .map((file) => `${file}: no schema of scripts/schemas.ts is brought up to date by it`);

for (const line of [...problems, ...unknown]) console.log(line);
if (problems.length > 0)
  console.log('A statement that may do so after all has a line before it: -- accepted: <why>');
console.log(`${folders.length} folders of migrations read, ${problems.length + unknown.length} problems`);
process.exitCode = problems.length + unknown.length > 0 ? 1 : 0;
