import { isObject } from '@tixgo/platform/json-values.ts';
import type { ResponseObject } from './execution.ts';

/** Names of fields, and '@' for every item of a list. */
export type EntityPath = readonly string[];

export type ClientPath = readonly (string | number)[];

/** The objects at a path, in the order of the answer, without those that are null. */
export function entitiesAt(data: ResponseObject, path: EntityPath): ResponseObject[] {
  const found: ResponseObject[] = [];
  collect(data, path, 0, found);
  return found;
}

function collect(value: unknown, path: EntityPath, depth: number, found: ResponseObject[]): void {
  if (Array.isArray(value)) {
    const next = path[depth] === '@' ? depth + 1 : depth;
    for (const item of value) collect(item, path, next, found);
    return;
  }
  if (!isObject(value)) return;
  const name = path[depth];
  if (name === undefined) found.push(value);
  else if (name !== '@' && Object.hasOwn(value, name)) collect(value[name], path, depth + 1, found);
}

/**
 * Where in the answer each of the objects at a path stands; an object may stand in several places. For errors only: it
 * costs more than finding the objects.
 */
export function placesOf(data: ResponseObject, path: EntityPath): Map<ResponseObject, ClientPath[]> {
  const places = new Map<ResponseObject, ClientPath[]>();
  locate(data, path, 0, [], places);
  return places;
}

function locate(
  value: unknown,
  path: EntityPath,
  depth: number,
  place: ClientPath,
  places: Map<ResponseObject, ClientPath[]>,
): void {
  if (Array.isArray(value)) {
    const next = path[depth] === '@' ? depth + 1 : depth;
    for (const [index, item] of value.entries()) locate(item, path, next, [...place, index], places);
    return;
  }
  if (!isObject(value)) return;
  const name = path[depth];
  if (name === undefined) places.set(value, [...(places.get(value) ?? []), place]);
  else if (name !== '@' && Object.hasOwn(value, name))
    locate(value[name], path, depth + 1, [...place, name], places);
}
