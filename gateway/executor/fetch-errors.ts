import type { RaisedError } from '@tixgo/platform/graphql/public-errors.ts';
import { type EntityPath, placesOf } from './entity-path.ts';
import type { Execution, ResponseObject } from './execution.ts';

/** An entity of the answer, and which of the representations that were sent stands for it. */
export interface AskedEntity {
  readonly entity: ResponseObject;
  readonly index: number;
}

/** @param path of the objects that the fetch was for */
export function tellRootErrors(
  { errors }: Execution,
  told: readonly RaisedError[] | undefined,
  path: EntityPath,
): void {
  for (const error of told ?? []) errors.push(placed(error, error.path && [...path, ...error.path]));
}

/** An error of a representation is one of every place in the answer that it stood for. */
export function tellEntityErrors(
  { data, errors }: Execution,
  told: readonly RaisedError[] | undefined,
  path: EntityPath,
  asked: readonly AskedEntity[],
): void {
  if (!told) return;
  const places = placesOf(data, path);
  for (const error of told) {
    const [, index, ...rest] = error.path ?? [];
    const entities = asked.filter((one) => one.index === index);
    if (entities.length === 0) errors.push(placed(error, stem(path)));
    for (const { entity } of entities) {
      for (const place of places.get(entity) ?? [[]]) errors.push(placed(error, [...place, ...rest]));
    }
  }
}

/** The fetch itself failed. */
export function tellFailure({ errors }: Execution, failure: unknown, path: EntityPath): void {
  if (!(failure instanceof Error)) errors.push({ message: String(failure), path: stem(path) });
  else {
    const { message, extensions }: RaisedError = failure;
    errors.push({ message, extensions, path: stem(path), originalError: failure });
  }
}

/** Where a subgraph found the mistake in its own document says nothing to a client. */
function placed({ message, extensions }: RaisedError, path: RaisedError['path']): RaisedError {
  return { message, path, extensions };
}

/** Where the objects of a fetch stand, as far as that is one place. */
function stem(path: EntityPath): RaisedError['path'] {
  const list = path.indexOf('@');
  const place = list < 0 ? path : path.slice(0, list);
  return place.length > 0 ? place : undefined;
}
