import { subgraphUnavailable } from '@tixgo/platform/errors.ts';

/** What the owner of events would say of an id, by the id; `down` while it does not answer. */
export class EventOwner {
  readonly events = new Map<string, Record<string, unknown>>();
  asked = 0;
  down = false;

  readonly lookup = async (fields: string, id = ''): Promise<Record<string, unknown> | null> => {
    this.asked += 1;
    if (this.down) throw subgraphUnavailable();
    const event = this.events.get(id);
    return event ? Object.fromEntries(fields.split(' ').map((field) => [field, event[field]])) : null;
  };
}
