import DataLoader from 'dataloader';

/**
 * Loads something of many things at once, those with equal arguments together: a field with arguments on each item of
 * a list then costs one statement, however long the list.
 * @param load answers by id; ids that it leaves out get `missing`
 */
export function batchedByArguments<Arguments, Value>(
  load: (ids: readonly string[], args: Arguments) => Promise<ReadonlyMap<string, Value>>,
  missing: () => Value,
): (id: string, args: Arguments) => Promise<Value> {
  const loaders = new Map<string, DataLoader<string, Value>>();
  return async (id, args) => {
    const key = JSON.stringify(args);
    let loader = loaders.get(key);
    if (!loader) {
      loader = new DataLoader(async (ids) => {
        const found = await load(ids, args);
        return ids.map((each) => found.get(each) ?? missing());
      });
      loaders.set(key, loader);
    }
    return await loader.load(id);
  };
}
