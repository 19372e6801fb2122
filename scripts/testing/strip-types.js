import { stripTypeScriptTypes } from 'node:module';

/** A jest transform that accepts exactly the TypeScript that Node runs: types go, positions stay. */
export function process(sourceText, sourcePath) {
  return { code: stripTypeScriptTypes(sourceText, { mode: 'strip', sourceUrl: sourcePath }) };
}
