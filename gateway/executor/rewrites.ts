import { isObject } from '@tixgo/platform/json-values.ts';
import type { FetchDataRewrite } from '../supergraph/supergraph.ts';
import type { ResponseObject } from './execution.ts';
import type { TypeConditions } from './type-conditions.ts';

/** Changes objects in place, as a plan asks for its inputs (types behind interface objects) and outputs (conflicting names). */
export type Rewriting = (object: ResponseObject) => void;

const fragmentPrefix = '... on ';

/** Undefined when there is nothing to do. */
export function rewriting(
  rewrites: readonly FetchDataRewrite[] | undefined,
  isOfType: TypeConditions,
): Rewriting | undefined {
  if (!rewrites || rewrites.length === 0) return undefined;
  const each = rewrites.map((rewrite) => one(rewrite, isOfType));
  return (object) => {
    for (const rewrite of each) rewrite(object);
  };
}

function one(rewrite: FetchDataRewrite, isOfType: TypeConditions): Rewriting {
  const path = rewrite.path.slice(0, -1);
  const name = rewrite.path.at(-1);
  if (name === undefined || name.startsWith(fragmentPrefix))
    throw new Error(`A plan's rewrite ends in no field: ${rewrite.path.join('.')}`);
  const change: Rewriting =
    rewrite.kind === 'ValueSetter'
      ? (object) => {
          object[name] = rewrite.setValueTo;
        }
      : (object) => {
          const value = object[name];
          if (value === undefined || !Object.hasOwn(object, name)) return;
          object[rewrite.renameKeyTo] = value;
          delete object[name];
        };
  return (object) => apply(object, path, 0, change, isOfType);
}

function apply(
  value: unknown,
  path: readonly string[],
  depth: number,
  change: Rewriting,
  isOfType: TypeConditions,
): void {
  if (Array.isArray(value)) {
    for (const item of value) apply(item, path, depth, change, isOfType);
    return;
  }
  if (!isObject(value)) return;
  const element = path[depth];
  if (element === undefined) change(value);
  else if (!element.startsWith(fragmentPrefix)) {
    if (Object.hasOwn(value, element)) apply(value[element], path, depth + 1, change, isOfType);
  } else if (mayBe(value, element.slice(fragmentPrefix.length), isOfType))
    apply(value, path, depth + 1, change, isOfType);
}

/** Plans do not fetch every __typename; an object without one is taken for what the plan says. */
function mayBe({ __typename }: ResponseObject, condition: string, isOfType: TypeConditions): boolean {
  return typeof __typename !== 'string' || isOfType(__typename, condition);
}
