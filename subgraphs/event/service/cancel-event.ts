import type { EventRecord } from '../domain/event.ts';
import type { EventDependencies } from './dependencies.ts';
import { cleanGivenText } from './event-input.ts';
import { moveEvent } from './move-event.ts';

export const cancelEvent =
  (dependencies: EventDependencies) =>
  async (id: string, reason: string | null | undefined): Promise<EventRecord> => {
    const cancelReason = cleanGivenText(reason, { field: 'reason', max: 500 });
    return await moveEvent(
      dependencies,
      id,
      { status: 'CANCELED', cancelReason },
      () => 'The event is a draft; delete it instead.',
    );
  };
