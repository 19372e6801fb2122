import DataLoader from 'dataloader';

/**
 * Loads things one by one, those of one tick in one statement; undefined where there is none.
 * @param load answers in any order
 */
export function loaderById<Found>(
  load: (ids: readonly string[]) => Promise<readonly Found[]>,
  idOf: (found: Found) => string,
): DataLoader<string, Found | undefined> {
  return new DataLoader(async (ids) => {
    const found = new Map((await load(ids)).map((each) => [idOf(each), each]));
    return ids.map((id) => found.get(id));
  });
}
