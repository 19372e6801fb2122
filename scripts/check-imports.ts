import { findCircles, findForbiddenImports } from './import-rules.ts';
import { readImports } from './imports.ts';

const imports = readImports(process.cwd());
const problems = [...findForbiddenImports(imports), ...findCircles(imports)];
for (const problem of problems) console.log(problem);
console.log(`${imports.length} imports read, ${problems.length} forbidden`);
process.exitCode = problems.length > 0 ? 1 : 0;
