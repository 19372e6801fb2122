import type { Deployment } from './deployment.ts';

/** One thing that must hold; it throws when it does not. */
export interface Step {
  readonly name: string;
  readonly run: () => Promise<void>;
}

/** Steps that build on one another. Journeys do not: each makes what it needs. */
export interface Journey {
  readonly name: string;
  readonly steps: (deployment: Deployment) => readonly Step[];
}

interface Script<Scene> {
  readonly name: string;
  /** The first step, which makes what the others work with. */
  readonly scene: readonly [name: string, set: (deployment: Deployment) => Promise<Scene>];
  /** In their order, each under the sentence that it shows to be true. */
  readonly steps: Readonly<Record<string, (scene: Scene, deployment: Deployment) => Promise<void>>>;
}

export function journey<Scene>({ name, scene: [opening, set], steps }: Script<Scene>): Journey {
  return {
    name,
    steps: (deployment) => {
      const stage: { scene?: Scene } = {};
      const onScene = Object.entries(steps).map(([sentence, play]) => ({
        name: sentence,
        run: async () => {
          if (stage.scene === undefined) throw new Error('This step needs those before it.');
          await play(stage.scene, deployment);
        },
      }));
      const setScene = async () => {
        stage.scene = await set(deployment);
      };
      return [{ name: opening, run: setScene }, ...onScene];
    },
  };
}
