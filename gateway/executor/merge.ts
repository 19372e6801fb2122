import { isObject } from '@tixgo/platform/json-values.ts';
import type { ResponseObject } from './execution.ts';
import { setMember } from './set-member.ts';
import type { TypeConditions } from './type-conditions.ts';

/**
 * Merges what a subgraph answered into what is known, object by object and lists of one length item by item. Parts of
 * `source` become parts of `target`. What is known is not made null, whichever of two fetches comes first.
 */
export function merge(target: ResponseObject, source: ResponseObject, isOfType: TypeConditions): void {
  for (const name of Object.keys(source)) {
    const value = source[name];
    // No name of ours; a subgraph that says it must not reach Object.prototype.
    if (value === undefined || name === '__proto__') continue;
    const known = Object.hasOwn(target, name) ? target[name] : undefined;
    if (known === undefined || known === null) target[name] = value;
    else if (value === null) continue;
    else if (isObject(value) && isObject(known)) merge(known, value, isOfType);
    else if (Array.isArray(value) && Array.isArray(known) && value.length === known.length)
      mergeItems(known, value, isOfType);
    else if (name !== '__typename' || !isVaguer(value, known, isOfType)) target[name] = value;
  }
}

/** A subgraph that has an interface as an object calls all of its types by that name. */
function isVaguer(typename: unknown, known: unknown, isOfType: TypeConditions): boolean {
  return typeof typename === 'string' && typeof known === 'string' && isOfType(known, typename);
}

function mergeItems(known: unknown[], items: readonly unknown[], isOfType: TypeConditions): void {
  for (const [index, item] of items.entries()) {
    const there = known[index];
    if (item === null && there !== undefined) continue;
    if (isObject(there) && isObject(item)) merge(there, item, isOfType);
    else if (Array.isArray(there) && Array.isArray(item) && there.length === item.length)
      mergeItems(there, item, isOfType);
    else known[index] = item;
  }
}

/** For what is merged into several places: they are written to one by one. */
export function copy<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(copy) as Value;
  if (!isObject(value)) return value;
  const copied: ResponseObject = {};
  for (const name of Object.keys(value)) setMember(copied, name, copy(value[name]));
  return copied as Value;
}
