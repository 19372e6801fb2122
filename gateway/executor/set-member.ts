import type { ResponseObject } from './execution.ts';

/** As an assignment, but for a member that is called `__proto__`, as clients and custom scalars may have it. */
export function setMember(object: ResponseObject, name: string, value: unknown): void {
  if (name !== '__proto__') object[name] = value;
  else Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}
