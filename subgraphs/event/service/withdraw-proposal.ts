import type { Viewer } from '@tixgo/platform/viewer.ts';
import { deleteWhere } from './delete-event.ts';
import type { EventDependencies } from './dependencies.ts';
import { assertOwnOpenProposal } from './own-proposal.ts';

export const withdrawProposal =
  (dependencies: EventDependencies) =>
  async (viewer: Viewer, id: string): Promise<void> =>
    await deleteWhere(dependencies, id, (event) => assertOwnOpenProposal(event, viewer));
