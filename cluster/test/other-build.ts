import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** In the file of this path, what stands there now, and what stands there in the other build. */
export type Change = readonly [path: string, now: string, then: string];

const root = fileURLToPath(new URL('../../', import.meta.url));
const packages = 'node_modules';
const own = '@tixgo';

/**
 * Some folders of this repository in a place of their own, where something is different: as another release would be.
 * The packages of npm are those of this one.
 */
export class OtherBuild {
  readonly root: string;

  private constructor(folder: string) {
    this.root = folder;
  }

  /** @param folders by the names of their workspaces; all that is run in it */
  static async make(folders: Readonly<Record<string, string>>): Promise<OtherBuild> {
    const build = new OtherBuild(await mkdtemp(join(tmpdir(), 'tixgo-build-')));
    for (const folder of Object.values(folders)) await build.#copy(folder);
    await build.#linkPackages(folders);
    return build;
  }

  /** @throws when one stands there no longer, or twice: it has to be written anew then */
  async change(changes: readonly Change[]): Promise<void> {
    for (const [path, now, then] of changes) {
      const file = join(this.root, path);
      const [before, after, ...others] = (await readFile(file, 'utf8')).split(now);
      if (after === undefined || others.length > 0) throw new Error(`${path} does not have once: ${now}`);
      await writeFile(file, `${before}${then}${after}`);
    }
  }

  async add(path: string, text: string): Promise<void> {
    await writeFile(join(this.root, path), text);
  }

  async remove(): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }

  async #copy(folder: string): Promise<void> {
    const isTest = (path: string) => relative(root, path).split(sep).includes('test');
    const filter = (path: string) => !isTest(path);
    await cp(join(root, folder), join(this.root, folder), { recursive: true, filter });
  }

  async #linkPackages(folders: Readonly<Record<string, string>>): Promise<void> {
    await mkdir(join(this.root, packages, own), { recursive: true });
    for (const name of await readdir(join(root, packages)))
      if (name !== own) await symlink(join(root, packages, name), join(this.root, packages, name));
    for (const [name, folder] of Object.entries(folders))
      await symlink(join(this.root, folder), join(this.root, packages, own, name));
  }
}
