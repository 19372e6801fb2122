const eventId = /^[a-z0-9-]{1,64}$/;

/** Whether it can be the id of an event: a UUID in small letters, or one that its creator chose. */
export function isEventId(id: string): boolean {
  return eventId.test(id);
}
