import type { SaleModel } from './sale-model.ts';
import { type Reply, type SaleWorld, Violation } from './sale-world.ts';

export interface Scene {
  readonly model: SaleModel;
  readonly world: SaleWorld;
  /** Nothing else is started meanwhile, so that what was seen last still holds. */
  readonly isAlone: boolean;
}

/** One thing that somebody does, or that happens. */
export interface Action {
  readonly label: string;
  isPossible(model: SaleModel): boolean;
  /** @throws Violation */
  run(scene: Scene): Promise<void>;
}

/** @param pick any number from 0; which one it means depends on how many there are */
export function chosen<T>(from: readonly T[], pick: number): T | undefined {
  return from[pick % from.length];
}

/** An action on one of some things that the model knows; impossible while there are none. */
export function onOne<T>(
  name: string,
  pick: number,
  among: (model: SaleModel) => readonly T[],
  run: (one: T, scene: Scene) => Promise<void>,
  ...details: readonly (string | number | boolean)[]
): Action {
  return {
    label: `${name}(${[`#${pick}`, ...details].join(', ')})`,
    isPossible: (model) => among(model).length > 0,
    run: async (scene) => {
      const one = chosen(among(scene.model), pick);
      if (one !== undefined) await run(one, scene);
    },
  };
}

/** @throws Violation unless it holds */
export function must(holds: boolean, rule: string, ...shown: readonly unknown[]): asserts holds {
  if (!holds) throw new Violation([rule, ...shown.map((each) => JSON.stringify(each))].join(' '));
}

/** A refusal that a person meets who acts on what was so a moment ago. Any other one is the system's fault. */
export function mustBeExpected(reply: Reply, ...codes: readonly string[]): void {
  if (reply.kind === 'refused') must(codes.includes(reply.code), 'a refusal that nobody expects:', reply);
}
