import { PGlite } from '@electric-sql/pglite';

const [, , folder] = process.argv;
if (folder === undefined) throw new Error('Which folder?');
const database = await PGlite.create({ dataDir: folder });
await database.close();
