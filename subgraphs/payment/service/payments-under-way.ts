import { setTimeout } from 'node:timers/promises';

/** How long an answer waits for the provider, in milliseconds: the API promises two seconds in all. */
export const answerPatience = 1_200;
/** How often an answer looks for what another process may do, in milliseconds. */
export const pollInterval = 50;
/** How long the process that asks the provider first has the work for itself, in milliseconds. */
export const firstLook = 5_000;
/** How long a stop waits for providers, in milliseconds; what is not done then the reconciler finishes later. */
const stopPatience = 3_000;

/** What this process is doing with the provider just now, each payment and refund once. */
export class PaymentsUnderWay {
  readonly #work = new Map<string, Promise<void>>();

  /** @param work must not reject */
  begin(id: string, work: () => Promise<void>): Promise<void> {
    const running = work().finally(() => this.#work.delete(id));
    this.#work.set(id, running);
    return running;
  }

  find(id: string): Promise<void> | undefined {
    return this.#work.get(id);
  }

  async stop(): Promise<void> {
    await within(stopPatience, Promise.allSettled(this.#work.values()));
  }
}

/** Waits for work, but no longer than so many milliseconds. The work goes on. */
export async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  const patience = new AbortController();
  const { signal } = patience;
  try {
    await Promise.race([work, setTimeout(milliseconds, undefined, { signal, ref: false })]);
  } finally {
    patience.abort();
  }
}
