import { globSync, readFileSync } from 'node:fs';
import { findUndescribed } from './descriptions.ts';

const files = globSync(['schema/common.graphql', 'subgraphs/*/schema.graphql']);
const undescribed = findUndescribed(
  Object.fromEntries(files.map((file) => [file, readFileSync(file, 'utf8')])),
);
for (const line of undescribed) console.log(line);
console.log(`${files.length} schemas read, ${undescribed.length} descriptions missing`);
process.exitCode = undescribed.length > 0 || files.length === 0 ? 1 : 0;
