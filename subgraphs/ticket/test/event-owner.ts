import { subgraphUnavailable } from '@tixgo/platform/errors.ts';

/** The service that owns the events: what it would say of an id. `down` while it does not answer. */
export class EventOwner {
  readonly events = new Map<string, Readonly<Record<string, unknown>>>();
  /** The ids that it was asked for, oldest first. */
  readonly asked: string[] = [];
  down = false;

  /** Only the fields that are asked for, as an entity lookup answers them. */
  find(id: string, fields: string): Readonly<Record<string, unknown>> | null {
    this.asked.push(id);
    if (this.down) throw subgraphUnavailable();
    const event = this.events.get(id);
    return event ? Object.fromEntries(fields.split(' ').map((field) => [field, event[field]])) : null;
  }
}
