import { cleanGivenText } from '@tixgo/platform/input-text.ts';
import type { Optional } from '@tixgo/platform/optional-input.ts';
import type { EventRecord } from '../domain/event.ts';
import type { EventDependencies } from './dependencies.ts';
import { moveEvent } from './move-event.ts';

export const cancelEvent =
  (dependencies: EventDependencies) =>
  async (id: string, reason: Optional<string>): Promise<EventRecord> => {
    const cancelReason = cleanGivenText(reason, { field: 'reason', max: 500 });
    return await moveEvent(
      dependencies,
      id,
      { status: 'CANCELED', cancelReason },
      () => 'The event is a draft; delete it instead.',
    );
  };
