import { isObject, type ResponseObject } from './execution.ts';

/**
 * Merges what a subgraph answered into what is known, object by object and lists of one length item by item. Parts of
 * `source` become parts of `target`.
 */
export function merge(target: ResponseObject, source: ResponseObject): void {
  for (const name of Object.keys(source)) {
    const value = source[name];
    // No name of ours; a subgraph that says it must not reach Object.prototype.
    if (value === undefined || name === '__proto__') continue;
    const known = Object.hasOwn(target, name) ? target[name] : undefined;
    if (known === undefined || known === null) target[name] = value;
    else if (isObject(value) && isObject(known)) merge(known, value);
    else if (Array.isArray(value) && Array.isArray(known) && value.length === known.length)
      mergeItems(known, value);
    else target[name] = value;
  }
}

function mergeItems(known: unknown[], items: readonly unknown[]): void {
  for (const [index, item] of items.entries()) {
    const there = known[index];
    if (isObject(there) && isObject(item)) merge(there, item);
    else if (Array.isArray(there) && Array.isArray(item) && there.length === item.length)
      mergeItems(there, item);
    else known[index] = item;
  }
}

/** For what is merged into several places: they are written to one by one. */
export function copy<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(copy) as Value;
  if (!isObject(value)) return value;
  const copied: ResponseObject = {};
  for (const name of Object.keys(value)) copied[name] = copy(value[name]);
  return copied as Value;
}
