import type { Viewer } from '@tixgo/platform/viewer.ts';
import type { EventRecord } from '../domain/event.ts';
import type { EventDependencies } from './dependencies.ts';
import type { EventDetailsInput } from './event-input.ts';
import { assertOwnOpenProposal } from './own-proposal.ts';
import { changeDetails } from './update-event.ts';

export const updateProposal =
  (dependencies: EventDependencies) =>
  async (viewer: Viewer, id: string, input: EventDetailsInput): Promise<EventRecord> =>
    await changeDetails(dependencies, id, input, (event) => assertOwnOpenProposal(event, viewer));
