import { setTimeout } from 'node:timers/promises';

/** Attempts until it works: facts take a moment to travel. @param patience in milliseconds @throws what the last attempt threw */
export async function eventually<T>(attempt: () => Promise<T>, patience = 5_000): Promise<T> {
  const deadline = Date.now() + patience;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await setTimeout(20);
    }
  }
}
