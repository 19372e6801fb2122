import type { Table } from './report/table.ts';

/** What a scenario gets to work with. */
export interface Bench {
  /** A short run: shows that everything works, its figures mean little. */
  readonly quick: boolean;
  /** A folder for CPU profiles, when they are asked for; timings of such a run mean nothing. */
  readonly profiles: string | undefined;
  /** Whatever a scenario starts is stopped through this, last first, also on Ctrl-C. */
  readonly resources: AsyncDisposableStack;
  say(line: string): void;
}

export interface Target {
  readonly what: string;
  readonly measured: string;
  readonly wanted: string;
  readonly met: boolean;
}

export interface ScenarioReport {
  readonly tables: readonly Table[];
  readonly targets: readonly Target[];
}

export interface Scenario {
  readonly name: string;
  readonly about: string;
  /** @throws when the system answers wrongly, before or after the timing */
  run(bench: Bench): Promise<ScenarioReport>;
}

/** @throws with `claim` unless it holds */
export function verify(holds: boolean, claim: string): asserts holds {
  if (!holds) throw new Error(`Wrong answer: ${claim}`);
}
