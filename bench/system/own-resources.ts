import type { Bench } from '../scenario.ts';

/** What is started within is stopped at its end already, not with the scenario. */
export async function withOwnResources<T>(bench: Bench, work: (bench: Bench) => Promise<T>): Promise<T> {
  if (bench.resources.disposed) throw new Error('The run is being stopped.');
  await using resources = new AsyncDisposableStack();
  bench.resources.use(resources);
  return await work({ ...bench, resources });
}
