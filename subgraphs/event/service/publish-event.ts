import type { EventRecord } from '../domain/event.ts';
import type { EventDependencies } from './dependencies.ts';
import { moveEvent } from './move-event.ts';

export const publishEvent =
  (dependencies: EventDependencies) =>
  async (id: string): Promise<EventRecord> =>
    await moveEvent(
      dependencies,
      id,
      { status: 'PUBLISHED' },
      () => 'The event is canceled; it cannot be published.',
    );
