import type { Supergraph } from '../supergraph/supergraph.ts';

/** A field of Subscription, by the field of Query that answers the same thing by its key. */
export interface StreamField {
  readonly name: string;
  readonly query: string;
  /** The argument of the query's field, an `ID!`. */
  readonly key: string;
}

export const checkIns: StreamField = { name: 'checkIns', query: 'checkIn', key: 'id' };
export const attendanceChanged: StreamField = {
  name: 'attendanceChanged',
  query: 'attendance',
  key: 'eventId',
};

const streamFields = new Map([checkIns, attendanceChanged].map((field) => [field.name, field]));

export function findStreamField(name: string): StreamField | undefined {
  return streamFields.get(name);
}

/** @throws when the supergraph has a subscription whose events nobody tells */
export function assertStreamed({ apiSchema }: Supergraph): void {
  const fields = apiSchema.getSubscriptionType()?.getFields() ?? {};
  const unknown = Object.keys(fields).find((name) => !findStreamField(name));
  if (unknown !== undefined) throw new Error(`Nobody tells the events of Subscription.${unknown}.`);
}
