import { findBrokenLinks } from './links.ts';

const { pages, broken } = findBrokenLinks(process.cwd());
for (const line of broken) console.log(line);
console.log(`${pages} pages read, ${broken.length} links broken`);
process.exitCode = broken.length > 0 ? 1 : 0;
